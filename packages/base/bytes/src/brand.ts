declare const brand: unique symbol

/** A type that only its own constructor makes: `Brand<bigint, 'Sats'>` is no other bigint. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }
