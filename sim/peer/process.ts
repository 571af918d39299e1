/** Says that a stand-in is ready, and ends it when asked to, or when the pipe to whoever started it does. */
export function serveUntilEnd(name: string, { url, close }: { readonly url: string; close(): Promise<void> }): void {
  console.log(`${name} ready ${url}`)
  const end = () => close().then(() => process.exit(0))
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  if (process.env.SIM_EXIT_WITH_PARENT === '1') {
    process.stdin.resume()
    process.stdin.once('end', end)
  }
}
