import { hash } from 'node:crypto'
import type { CryptoProvider } from '@ply/ports'

const HASH_SIZE = 32

/** A hash as text, each character one byte: that takes a fraction of the time of a buffer, whose memory is no part of the heap. */
const hashText = (data: Uint8Array): string => hash('sha256', data, 'binary')

function copyCharacters(text: string, bytes: Uint8Array): Uint8Array {
  for (let i = 0; i < HASH_SIZE; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

const sha256 = (data: Uint8Array): Uint8Array => copyCharacters(hashText(data), new Uint8Array(HASH_SIZE))

/** What stands between the two rounds of {@link nodeHashes.hash256}. */
const inner = new Uint8Array(HASH_SIZE)

/** SHA256 by the OpenSSL inside Node. */
export const nodeHashes: Pick<CryptoProvider, 'sha256' | 'hash256'> = {
  sha256,
  hash256: (data) => sha256(copyCharacters(hashText(data), inner)),
}
