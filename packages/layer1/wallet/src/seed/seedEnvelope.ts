import { scrypt } from '@noble/hashes/scrypt.js'
import { bytesToHex, decodeHex, DecodeError, err, ok, type Result, tryDecode, utf8ToBytes } from '@ply/bytes'
import { aeadDecrypt, aeadEncrypt } from '@ply/crypto'
import type { Entropy } from '@ply/ports'

/** Cost of turning a passphrase into a key: scrypt's N, r and p (RFC 7914). */
export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** About a second and 128 MiB on a machine of today. */
export const DEFAULT_SCRYPT_COST: ScryptCost = { N: 1 << 17, r: 8, p: 1 }

// A file must not make its reader work for hours or take all memory.
const MAX_SCRYPT_MEMORY = 1 << 30
const MAX_SCRYPT_WORK = 1 << 26

/** A secret at rest, as a JSON value: scrypt over the passphrase, then ChaCha20-Poly1305 (RFC 8439). */
export interface SeedEnvelope {
  readonly version: 1
  readonly kdf: { readonly name: 'scrypt'; readonly salt: string } & ScryptCost
  readonly cipher: { readonly name: 'chacha20-poly1305'; readonly nonce: string }
  readonly ciphertext: string
}

function deriveKey(passphrase: string, salt: Uint8Array, { N, r, p }: ScryptCost): Uint8Array {
  return scrypt(utf8ToBytes(passphrase.normalize('NFKD')), salt, { N, r, p, dkLen: 32, maxmem: MAX_SCRYPT_MEMORY * 2 })
}

/** Everything but the ciphertext is authenticated with it. */
function header({ version, kdf, cipher }: Omit<SeedEnvelope, 'ciphertext'>): Uint8Array {
  return utf8ToBytes(
    [version, kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt, cipher.name, cipher.nonce].map(String).join('\n'),
  )
}

/** Encrypts a secret under a passphrase. Salt and nonce come from `entropy`. */
export function sealSeed(
  secret: Uint8Array,
  passphrase: string,
  { entropy, cost = DEFAULT_SCRYPT_COST }: { readonly entropy: Entropy; readonly cost?: ScryptCost },
): SeedEnvelope {
  const [salt, nonce] = [entropy.bytes(16), entropy.bytes(12)]
  const envelope = {
    version: 1,
    kdf: { name: 'scrypt', N: cost.N, r: cost.r, p: cost.p, salt: bytesToHex(salt) },
    cipher: { name: 'chacha20-poly1305', nonce: bytesToHex(nonce) },
  } as const
  const key = deriveKey(passphrase, salt, cost)
  const ciphertext = aeadEncrypt(key, nonce, { plaintext: secret, associatedData: header(envelope) })
  return { ...envelope, ciphertext: bytesToHex(ciphertext) }
}

/** Decrypts. Violation `wrong-passphrase`: also what a damaged file looks like. */
export function openSeed(envelope: SeedEnvelope, passphrase: string): Result<Uint8Array, DecodeError> {
  const [salt, nonce, ciphertext] = [envelope.kdf.salt, envelope.cipher.nonce, envelope.ciphertext].map(decodeHex)
  if (!salt?.ok || !nonce?.ok || !ciphertext?.ok) return err(new DecodeError('bad-seed-envelope'))
  const key = deriveKey(passphrase, salt.value, envelope.kdf)
  const secret = aeadDecrypt(key, nonce.value, { ciphertext: ciphertext.value, associatedData: header(envelope) })
  return secret ? ok(secret) : err(new DecodeError('wrong-passphrase', 'wrong passphrase, or the file is damaged'))
}

const isHex = (value: unknown, bytes?: number): value is string =>
  typeof value === 'string' && /^([0-9a-f]{2})+$/.test(value) && (bytes === undefined || value.length === 2 * bytes)

const isCost = (value: unknown, max: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= max

/** Checks a JSON value's form. Violations: `bad-seed-envelope`, `unknown-version`, `kdf-too-expensive`. */
export function parseSeedEnvelope(value: unknown): Result<SeedEnvelope, DecodeError> {
  return tryDecode(() => {
    const envelope = value as Partial<SeedEnvelope> | null
    if (typeof envelope !== 'object' || envelope === null) throw new DecodeError('bad-seed-envelope')
    if (envelope.version !== 1) throw new DecodeError('unknown-version', 'seed file of another version')
    const { kdf, cipher, ciphertext } = envelope
    if (kdf?.name !== 'scrypt' || !isHex(kdf.salt) || cipher?.name !== 'chacha20-poly1305') {
      throw new DecodeError('bad-seed-envelope')
    }
    if (!isHex(cipher.nonce, 12) || !isHex(ciphertext)) throw new DecodeError('bad-seed-envelope')
    const { N, r, p } = kdf
    if (!isCost(N, 2 ** 30) || (N & (N - 1)) !== 0 || N < 2 || !isCost(r, 1024) || !isCost(p, 1024)) {
      throw new DecodeError('bad-seed-envelope')
    }
    if (128 * N * r > MAX_SCRYPT_MEMORY || N * r * p > MAX_SCRYPT_WORK) throw new DecodeError('kdf-too-expensive')
    return {
      version: 1,
      kdf: { name: 'scrypt', N, r, p, salt: kdf.salt },
      cipher: { name: 'chacha20-poly1305', nonce: cipher.nonce },
      ciphertext,
    }
  })
}
