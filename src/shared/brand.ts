declare const brand: unique symbol

/** A value that only its own parser makes: `E164` is a string, but a string is not an `E164`. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }
