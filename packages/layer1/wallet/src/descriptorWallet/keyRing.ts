import { bytesToHex, concatBytes, hexToBytes, ok, err, type Result, unwrap, decodeUtf8, utf8ToBytes } from '@ply/bytes'
import { aeadDecrypt, aeadEncrypt } from '@ply/crypto'
import type { Entropy } from '@ply/ports'
import type { NetworkParameters } from '@ply/primitives'
import { type Descriptor, parseDescriptor } from '@ply/script'
import { openSeed, type ScryptCost, sealSeed, type SeedEnvelope } from '../seed/seedEnvelope.ts'

const NONCE_SIZE = 12

/** A key of HMAC, and with it of scrypt, may be followed by zero bytes: a passphrase with one at its end is another. */
const delimited = (passphrase: string): string => `${passphrase}\u0001`

/** A wallet's secrets as they are kept: descriptors with their secret keys, by id; sealed where there is an envelope. */
export interface SavedSecrets {
  /** The key that the secrets are sealed with, itself sealed under the passphrase. */
  readonly envelope: SeedEnvelope | undefined
  /** Plain text, or nonce and ciphertext in hexadecimal. */
  readonly secrets: ReadonlyMap<string, string>
}

/**
 * The secret keys of a wallet: private descriptors by the ids of their public ones. Under a passphrase they are sealed
 * (scrypt, ChaCha20-Poly1305) with a random key, so that another passphrase seals only that key again.
 */
export class KeyRing {
  readonly #network: NetworkParameters
  #envelope: SeedEnvelope | undefined
  readonly #saved: Map<string, string>
  /** The key of the secrets while they are unlocked. */
  #masterKey: Uint8Array | undefined
  readonly #open = new Map<string, Descriptor>()

  constructor(network: NetworkParameters, saved: SavedSecrets = { envelope: undefined, secrets: new Map() }) {
    this.#network = network
    this.#envelope = saved.envelope
    this.#saved = new Map(saved.secrets)
  }

  saved(): SavedSecrets {
    return { envelope: this.#envelope, secrets: this.#saved }
  }

  get isEncrypted(): boolean {
    return this.#envelope !== undefined
  }

  get isLocked(): boolean {
    return this.isEncrypted && this.#masterKey === undefined
  }

  /** True if there are secrets for a descriptor, readable now or not. */
  has(id: string): boolean {
    return this.#saved.has(id)
  }

  ids(): readonly string[] {
    return [...this.#saved.keys()]
  }

  /** A descriptor with its secret keys; undefined without any, and while locked. */
  descriptor(id: string): Descriptor | undefined {
    const known = this.#open.get(id)
    if (known) return known
    const text = this.#text(id)
    if (text === undefined) return undefined
    const parsed = unwrap(parseDescriptor(text, this.#network))
    this.#open.set(id, parsed)
    return parsed
  }

  #text(id: string): string | undefined {
    const saved = this.#saved.get(id)
    if (saved === undefined || !this.isEncrypted) return saved
    if (!this.#masterKey) return undefined
    const bytes = hexToBytes(saved)
    const plaintext = aeadDecrypt(this.#masterKey, bytes.subarray(0, NONCE_SIZE), {
      ciphertext: bytes.subarray(NONCE_SIZE),
      associatedData: utf8ToBytes(id),
    })
    return plaintext && unwrap(decodeUtf8(plaintext))
  }

  #seal(id: string, text: string, entropy: Entropy): string {
    const nonce = entropy.bytes(NONCE_SIZE)
    const associatedData = utf8ToBytes(id)
    return bytesToHex(
      concatBytes(nonce, aeadEncrypt(this.#masterKey!, nonce, { plaintext: utf8ToBytes(text), associatedData })),
    )
  }

  /** Takes in a descriptor's private text. The ring must not be locked. */
  add(id: string, privateText: string, entropy: Entropy): void {
    this.#saved.set(id, this.isEncrypted ? this.#seal(id, privateText, entropy) : privateText)
    this.#open.delete(id)
  }

  remove(id: string): void {
    this.#saved.delete(id)
    this.#open.delete(id)
  }

  /** Seals everything under a passphrase, and stays unlocked. */
  encrypt(passphrase: string, options: { readonly entropy: Entropy; readonly cost: ScryptCost }): void {
    const { entropy } = options
    const plain = [...this.#saved]
    this.#masterKey = entropy.bytes(32)
    this.#envelope = sealSeed(this.#masterKey, delimited(passphrase), options)
    for (const [id, text] of plain) this.#saved.set(id, this.#seal(id, text, entropy))
  }

  /** Violation `wrong-passphrase`. */
  unlock(passphrase: string): Result<void, 'wrong-passphrase'> {
    const key = this.#envelope && openSeed(this.#envelope, delimited(passphrase))
    if (!key?.ok) return err('wrong-passphrase')
    this.#masterKey = key.value
    return ok(undefined)
  }

  lock(): void {
    this.#masterKey?.fill(0)
    this.#masterKey = undefined
    this.#open.clear()
  }

  /** Violation `wrong-passphrase`: the old one. */
  changePassphrase(
    old: string,
    passphrase: string,
    options: { readonly entropy: Entropy; readonly cost: ScryptCost },
  ): Result<void, 'wrong-passphrase'> {
    const key = this.#envelope && openSeed(this.#envelope, delimited(old))
    if (!key?.ok) return err('wrong-passphrase')
    this.#envelope = sealSeed(key.value, delimited(passphrase), options)
    return ok(undefined)
  }
}
