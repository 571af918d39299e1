type Path = readonly (string | number)[]

/** The text that stands at a path of some JSON, or an empty one: whatever a peer sends can be asked. */
export function textAt(json: unknown, path: Path): string {
  const found = at(json, path)
  return typeof found === 'string' ? found : ''
}

/** The list that stands at a path of some JSON, or an empty one. */
export function listAt(json: unknown, path: Path): readonly unknown[] {
  const found = at(json, path)
  return Array.isArray(found) ? found : []
}

function at(json: unknown, path: Path): unknown {
  let value = json
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string | number, unknown>)[step] // an object that has this key, by the line above
  }
  return value
}
