import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { ripemd160 as nobleRipemd160, sha1 as nobleSha1 } from '@noble/hashes/legacy.js'
import { sha256 as nobleSha256, sha512 as nobleSha512 } from '@noble/hashes/sha2.js'
import { sha3_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes, withEncoding } from '@ply/bytes'
import { activeProvider } from './provider/active.ts'

export const sha256 = (data: Uint8Array): Uint8Array => activeProvider().sha256(data)
/** SHA256 twice: transaction ids, block hashes, checksums. */
export const hash256 = (data: Uint8Array): Uint8Array => activeProvider().hash256(data)
export const sha1 = (data: Uint8Array): Uint8Array => nobleSha1(data)
export const sha512 = (data: Uint8Array): Uint8Array => nobleSha512(data)
/** SHA3-256, which Tor's addresses are checked with. */
export const sha3 = (data: Uint8Array): Uint8Array => sha3_256(data)
export const ripemd160 = (data: Uint8Array): Uint8Array => nobleRipemd160(data)
/** RIPEMD160 of SHA256: key and script hashes. */
export const hash160 = (data: Uint8Array): Uint8Array => nobleRipemd160(sha256(data))
export const hmacSha256 = (key: Uint8Array, data: Uint8Array): Uint8Array => hmac(nobleSha256, key, data)
export const hmacSha512 = (key: Uint8Array, data: Uint8Array): Uint8Array => hmac(nobleSha512, key, data)

/** HMAC-SHA512 of many messages under one key, which is hashed once: half the work for short messages. */
export function createHmacSha512(key: Uint8Array): (data: Uint8Array) => Uint8Array {
  const keyed = hmac.create(nobleSha512, key)
  return (data) => keyed.clone().update(data).digest()
}

const tagHashes = new Map<string, Uint8Array>()

/** BIP 340: SHA256(SHA256(tag) ‖ SHA256(tag) ‖ parts). */
export function taggedHash(tag: string, ...parts: readonly Uint8Array[]): Uint8Array {
  let hash = tagHashes.get(tag)
  if (!hash) {
    hash = sha256(utf8ToBytes(tag))
    tagHashes.set(tag, hash)
  }
  const tagHash = hash
  return withEncoding((writer) => {
    writer.bytes(tagHash).bytes(tagHash)
    for (const part of parts) writer.bytes(part)
  }, sha256)
}

/** RFC 5869 with SHA256. */
export function hkdfSha256(input: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return hkdf(nobleSha256, input, salt, info, length)
}

/** An incremental SHA256 for data that comes in pieces. */
export function createSha256(): { update(data: Uint8Array): void; digest(): Uint8Array } {
  const state = nobleSha256.create()
  return { update: (data) => void state.update(data), digest: () => state.digest() }
}
