import {
  assert,
  ByteReader,
  ByteWriter,
  concatBytes,
  DecodeError,
  equalBytes,
  err,
  ok,
  type Result,
  utf8ToBytes,
} from '@ply/bytes'
import { decodeBase58Check, encodeBase58Check } from './base58check.ts'
import { createHmacSha512, hash160, hmacSha512 } from './hash.ts'
import { isPublicKey, isSecretKey, pointAddScalar, publicKeyFromSecret, secretKeyAdd } from './keys.ts'

/** Version bytes of extended keys: `xprv`/`xpub` on mainnet, `tprv`/`tpub` elsewhere. */
export interface ExtendedKeyVersions {
  readonly private: number
  readonly public: number
}

export const MAINNET_VERSIONS: ExtendedKeyVersions = { private: 0x0488ade4, public: 0x0488b21e }
export const TESTNET_VERSIONS: ExtendedKeyVersions = { private: 0x04358394, public: 0x043587cf }

/** BIP 32: added to an index to make it hardened. */
export const HARDENED = 0x80000000

/** What a node consists of beside its keys. */
interface NodeData {
  readonly versions: ExtendedKeyVersions
  readonly depth: number
  readonly index: number
  readonly parentFingerprint: Uint8Array
  readonly chainCode: Uint8Array
}

const NO_PARENT = new Uint8Array(4)
const SEED_KEY = utf8ToBytes('Bitcoin seed')
const MAX_DEPTH = 255

const bad = (reason: string): Result<never, DecodeError> => err(new DecodeError('bad-extended-key', reason))

/** A node of a BIP 32 tree. Neutered nodes (from an extended public key) have no `secretKey`. */
export class ExtendedKey {
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array | undefined
  readonly #data: NodeData
  #fingerprint: Uint8Array | undefined
  /** HMAC under the chain code, once there are children. */
  #childHash: ((data: Uint8Array) => Uint8Array) | undefined

  private constructor(data: NodeData, publicKey: Uint8Array, secretKey: Uint8Array | undefined) {
    this.#data = data
    this.publicKey = publicKey
    this.secretKey = secretKey
  }

  static #fromSecret(data: NodeData, secretKey: Uint8Array): ExtendedKey | undefined {
    const publicKey = publicKeyFromSecret(secretKey)
    return publicKey && new ExtendedKey(data, publicKey, secretKey)
  }

  /** BIP 32 master key of a seed (16–64 bytes). */
  static fromSeed(seed: Uint8Array, versions: ExtendedKeyVersions = MAINNET_VERSIONS): ExtendedKey {
    assert(seed.length >= 16 && seed.length <= 64, 'a seed has 16 to 64 bytes')
    const digest = hmacSha512(SEED_KEY, seed)
    const data = { versions, depth: 0, index: 0, parentFingerprint: NO_PARENT, chainCode: digest.slice(32) }
    const key = ExtendedKey.#fromSecret(data, digest.slice(0, 32))
    assert(key !== undefined, 'a seed whose key is out of range: probability below 2^-127')
    return key
  }

  /** A public node without a parent: BIP 328 makes one of an aggregate key, which has no seed. */
  static fromPublicKey(publicKey: Uint8Array, chainCode: Uint8Array, versions = MAINNET_VERSIONS): ExtendedKey {
    assert(publicKey.length === 33 && chainCode.length === 32, 'no compressed key or no chain code')
    return new ExtendedKey(
      { versions, depth: 0, index: 0, parentFingerprint: NO_PARENT, chainCode },
      publicKey,
      undefined,
    )
  }

  /** Reads `xprv…`/`xpub…` text with the given versions; violation `bad-extended-key`. */
  static decode(text: string, versions: ExtendedKeyVersions = MAINNET_VERSIONS): Result<ExtendedKey, DecodeError> {
    const payload = decodeBase58Check(text)
    if (!payload.ok) return bad(payload.error.message)
    if (payload.value.length !== 78) return bad('wrong length')
    const reader = new ByteReader(payload.value)
    const version = reader.u32BE()
    const depth = reader.u8()
    const parentFingerprint = reader.bytes(4)
    const index = reader.u32BE()
    const data = { versions, depth, index, parentFingerprint, chainCode: reader.bytes(32) }
    if (depth === 0 && index !== 0) return bad('zero depth with non-zero index')
    if (depth === 0 && !equalBytes(parentFingerprint, NO_PARENT)) return bad('zero depth with a parent')
    const key = reader.bytes(33)
    if (version === versions.private) {
      const node = key[0] === 0 ? ExtendedKey.#fromSecret(data, key.slice(1)) : undefined
      return node ? ok(node) : bad('bad secret key')
    }
    if (version !== versions.public) return bad('wrong version')
    return isPublicKey(key) ? ok(new ExtendedKey(data, key, undefined)) : bad('bad public key')
  }

  get depth(): number {
    return this.#data.depth
  }

  /** First four bytes of the key's HASH160, as PSBT and descriptors write it. */
  get fingerprint(): Uint8Array {
    this.#fingerprint ??= hash160(this.publicKey).slice(0, 4)
    return this.#fingerprint
  }

  #encode(version: number, key: Uint8Array): string {
    const { depth, parentFingerprint, index, chainCode } = this.#data
    const writer = new ByteWriter(78).u32BE(version).u8(depth).bytes(parentFingerprint).u32BE(index).bytes(chainCode)
    return encodeBase58Check(writer.bytes(key).finish())
  }

  get xprv(): string {
    assert(this.secretKey !== undefined, 'a public node has no secret key')
    return this.#encode(this.#data.versions.private, concatBytes(Uint8Array.of(0), this.secretKey))
  }

  get xpub(): string {
    return this.#encode(this.#data.versions.public, this.publicKey)
  }

  /** One step down (CKDpriv, CKDpub); add {@link HARDENED} for a hardened child (needs the secret key). */
  child(index: number): ExtendedKey {
    const { versions, depth, chainCode } = this.#data
    assert(depth < MAX_DEPTH, 'an extended key has at most 255 steps above it')
    const hardened = index >= HARDENED
    assert(!hardened || this.secretKey !== undefined, 'a hardened child needs the secret key')
    const parent = hardened ? concatBytes(Uint8Array.of(0), this.secretKey!) : this.publicKey
    this.#childHash ??= createHmacSha512(chainCode)
    const digest = this.#childHash(new ByteWriter(37).bytes(parent).u32BE(index).finish())
    const tweak = digest.slice(0, 32)
    const data = {
      versions,
      depth: depth + 1,
      index,
      parentFingerprint: this.fingerprint,
      chainCode: digest.slice(32),
    }
    const child = this.secretKey ? this.#secretChild(data, tweak) : this.#publicChild(data, tweak)
    // BIP 32: the index has no key, proceed with the next.
    return child ?? this.child(index + 1)
  }

  #secretChild(data: NodeData, tweak: Uint8Array): ExtendedKey | undefined {
    const secretKey = isSecretKey(tweak) ? secretKeyAdd(tweak, this.secretKey!) : undefined
    return secretKey && ExtendedKey.#fromSecret(data, secretKey)
  }

  #publicChild(data: NodeData, tweak: Uint8Array): ExtendedKey | undefined {
    const publicKey = isSecretKey(tweak) ? pointAddScalar(this.publicKey, tweak) : undefined
    return publicKey && new ExtendedKey(data, publicKey, undefined)
  }

  /** Many steps down: `[84 + HARDENED, …]`. */
  derive(path: readonly number[]): ExtendedKey {
    return path.reduce<ExtendedKey>((node, index) => node.child(index), this)
  }
}

/** Reads `m/84'/1h/0'/0/7` (the `m/` may be missing); violation `bad-derivation-path`. */
export function parseDerivationPath(text: string): Result<number[], DecodeError> {
  const path: number[] = []
  const steps = text.replace(/^m\/?/, '')
  if (steps === '') return ok(path)
  for (const step of steps.split('/')) {
    const match = /^(\d{1,10})(['hH]?)$/.exec(step)
    const index = Number(match?.[1])
    if (!match || index >= HARDENED) return err(new DecodeError('bad-derivation-path', `bad step '${step}'`))
    path.push(match[2] === '' ? index : index + HARDENED)
  }
  return ok(path)
}
