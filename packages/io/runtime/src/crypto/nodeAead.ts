import { createCipheriv, createDecipheriv } from 'node:crypto'
import { nobleProvider } from '@ply/crypto'
import type { CryptoProvider } from '@ply/ports'

const ALGORITHM = 'chacha20-poly1305'
const TAG_LENGTH = 16
/** Up to here JavaScript is done before OpenSSL has set up its cipher. */
const SHORT = 64

/** ChaCha20-Poly1305 by the OpenSSL inside Node, very short packets by JavaScript. */
export const nodeAead: Pick<CryptoProvider, 'aeadEncrypt' | 'aeadDecrypt'> = {
  aeadEncrypt(key, nonce, plaintext, associatedData) {
    if (plaintext.length <= SHORT) return nobleProvider.aeadEncrypt(key, nonce, plaintext, associatedData)
    const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_LENGTH })
    cipher.setAAD(associatedData, { plaintextLength: plaintext.length })
    const sealed = new Uint8Array(plaintext.length + TAG_LENGTH)
    sealed.set(cipher.update(plaintext))
    cipher.final()
    sealed.set(cipher.getAuthTag(), plaintext.length)
    return sealed
  },
  aeadDecrypt(key, nonce, ciphertext, associatedData) {
    const length = ciphertext.length - TAG_LENGTH
    if (length <= SHORT) return nobleProvider.aeadDecrypt(key, nonce, ciphertext, associatedData)
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_LENGTH })
    decipher.setAAD(associatedData, { plaintextLength: length })
    decipher.setAuthTag(ciphertext.subarray(length))
    const opened = decipher.update(ciphertext.subarray(0, length))
    try {
      decipher.final()
    } catch {
      return undefined
    }
    return new Uint8Array(opened.buffer, opened.byteOffset, opened.byteLength)
  },
}
