const HIDDEN = '[removed]'

/** What a provider said, without our secrets in any of the forms in which it saw them or may quote them. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  // the longest first: a secret may be a part of another
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length)
  return forms.reduce((kept, form) => kept.replaceAll(form, HIDDEN), text)
}

function formsOf(secret: string): string[] {
  if (secret === '') return []
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ a: secret }).toString().slice(2),
    Buffer.from(secret).toString('base64'),
  ]
}
