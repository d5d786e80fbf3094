import { createHash, hash } from 'node:crypto'
import type { CryptoProvider } from '@ply/ports'

const plain = (bytes: Buffer): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)

// crypto.hash came with Node 20.12 and saves an object per hash.
const sha256: (data: Uint8Array) => Uint8Array =
  typeof hash === 'function'
    ? (data) => plain(hash('sha256', data, 'buffer'))
    : (data) => plain(createHash('sha256').update(data).digest())

/** SHA256 by the OpenSSL inside Node. */
export const nodeHashes: Pick<CryptoProvider, 'sha256' | 'hash256'> = {
  sha256,
  hash256: (data) => sha256(sha256(data)),
}
