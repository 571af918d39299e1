/** What a process of Portolan that a test starts knows of ours: no setting, and what is compiled already. */
export const SURROUNDINGS: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  ...(process.env.NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
}
