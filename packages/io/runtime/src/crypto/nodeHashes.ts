import { createHash, hash } from 'node:crypto'
import { createWasmSha256, type Sha256 } from '@ply/crypto'

const plain = (bytes: Buffer): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)

// crypto.hash came with Node 20.12 and saves an object per hash.
const openSsl: (data: Uint8Array) => Uint8Array =
  typeof hash === 'function'
    ? (data) => plain(hash('sha256', data, 'buffer'))
    : (data) => plain(createHash('sha256').update(data).digest())

/** Up to here WebAssembly is done before OpenSSL, which is the faster one, has been reached. */
const SHORT = 200
/** Hashes before the kernel is set up: a process that ends soon has no use for it. */
const FIRST_HASHES = 2000

let count = 0
let kernel: Sha256 | undefined

/** The kernel for short data, once it is there. */
function kernelFor(data: Uint8Array): Sha256 | undefined {
  if (data.length > SHORT) return undefined
  if (++count === FIRST_HASHES) kernel = createWasmSha256()
  return kernel
}

const sha256 = (data: Uint8Array): Uint8Array => kernelFor(data)?.sha256(data) ?? openSsl(data)

/** SHA256 by the OpenSSL inside Node, short data in WebAssembly. */
export const nodeHashes: Sha256 = {
  sha256,
  hash256: (data) => kernelFor(data)?.hash256(data) ?? sha256(openSsl(data)),
}
