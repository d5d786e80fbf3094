import { activeProvider } from '@ply/crypto'
import type { SignatureToVerify } from './packedChecks.ts'

/** A byte per signature, in order: 1 if it is good. By the provider of this thread. */
export function verifyChecks(checks: Iterable<SignatureToVerify>, count: number): Uint8Array<ArrayBuffer> {
  const provider = activeProvider()
  const verdicts = new Uint8Array(count)
  let i = 0
  for (const { kind, hash, signature, publicKey } of checks) {
    const verify = kind === 'ecdsa' ? provider.ecdsaVerify : provider.schnorrVerify
    verdicts[i++] = Number(verify.call(provider, hash, signature, publicKey))
  }
  return verdicts
}
