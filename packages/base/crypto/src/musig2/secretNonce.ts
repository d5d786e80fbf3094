/** The two secret scalars of a nonce and the public key that alone may sign with them. */
export interface NonceScalars {
  readonly first: bigint
  readonly second: bigint
  readonly publicKey: Uint8Array
}

const unspent = new WeakMap<SecretNonce, NonceScalars>()

/**
 * A secret nonce, good for one signature: two signatures with one nonce give the secret key away. So it can be neither
 * read, copied nor stored: the first call that signs with it uses it up, whatever comes of that call, and a process
 * that restarts begins the session again.
 */
export class SecretNonce {
  constructor(scalars: NonceScalars) {
    unspent.set(this, scalars)
  }

  /** True once something has tried to sign with it. */
  get isSpent(): boolean {
    return !unspent.has(this)
  }
}

/** Hands out the scalars, once; undefined ever after. */
export function takeScalars(nonce: SecretNonce): NonceScalars | undefined {
  const scalars = unspent.get(nonce)
  unspent.delete(nonce)
  return scalars
}
