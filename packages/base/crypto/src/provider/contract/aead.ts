import { assert, bytesToHex } from '@ply/bytes'
import type { CryptoProvider } from '@ply/ports'
import { type ContractInput, mutate, same } from './contractCase.ts'

/** AEAD: short, long and tampered packets. */
export function aead(provider: CryptoProvider, random: ContractInput['random']): void {
  const [key, nonce] = [random(32), random(12)]
  for (const length of [0, 1, 16, 63, 64, 65, 300, 5000]) {
    const [plaintext, associatedData] = [random(length), random(length % 50)]
    const sealed = same(provider, `aeadEncrypt of ${length} bytes`, (p) =>
      p.aeadEncrypt(key, nonce, plaintext, associatedData),
    ) as Uint8Array
    const opened = same(provider, 'aeadDecrypt', (p) => p.aeadDecrypt(key, nonce, sealed, associatedData))
    assert(opened instanceof Uint8Array && bytesToHex(opened) === bytesToHex(plaintext), 'opened to something else')
    same(provider, 'aeadDecrypt, tampered', (p) => p.aeadDecrypt(key, nonce, mutate(sealed, random), associatedData))
    same(provider, 'aeadDecrypt, other data', (p) => p.aeadDecrypt(key, nonce, sealed, random(7)))
    same(provider, 'aeadDecrypt, cut', (p) => p.aeadDecrypt(key, nonce, sealed.subarray(0, 15), associatedData))
  }
}
