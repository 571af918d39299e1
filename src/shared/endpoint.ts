/** An address that signed requests are posted to: HTTP, and no user name in it, which would stand in logs and lists. */
export function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

/** A secret that signs them: 32 to 200 printable ASCII characters without a space. */
export function isSigningSecret(text: string): boolean {
  return /^[\x21-\x7e]{32,200}$/.test(text)
}
