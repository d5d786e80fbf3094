import { HDKey } from '@scure/bip32'
import { assert, DecodeError, err, ok, type Result } from '@ply/bytes'

/** Version bytes of extended keys: `xprv`/`xpub` on mainnet, `tprv`/`tpub` elsewhere. */
export interface ExtendedKeyVersions {
  readonly private: number
  readonly public: number
}

export const MAINNET_VERSIONS: ExtendedKeyVersions = { private: 0x0488ade4, public: 0x0488b21e }
export const TESTNET_VERSIONS: ExtendedKeyVersions = { private: 0x04358394, public: 0x043587cf }

/** BIP 32: added to an index to make it hardened. */
export const HARDENED = 0x80000000

/** A node of a BIP 32 tree. Neutered nodes (from an extended public key) have no `secretKey`. */
export class ExtendedKey {
  readonly #node: HDKey
  private constructor(node: HDKey) {
    this.#node = node
  }

  /** BIP 32 master key of a seed (16–64 bytes). */
  static fromSeed(seed: Uint8Array, versions: ExtendedKeyVersions = MAINNET_VERSIONS): ExtendedKey {
    return new ExtendedKey(HDKey.fromMasterSeed(seed, versions))
  }

  /** Reads `xprv…`/`xpub…` text with the given versions; violation `bad-extended-key`. */
  static decode(text: string, versions: ExtendedKeyVersions = MAINNET_VERSIONS): Result<ExtendedKey, DecodeError> {
    try {
      return ok(new ExtendedKey(HDKey.fromExtendedKey(text, versions)))
    } catch (error) {
      return err(new DecodeError('bad-extended-key', error instanceof Error ? error.message : 'bad extended key'))
    }
  }

  get publicKey(): Uint8Array {
    const key = this.#node.publicKey
    assert(key !== null, 'extended key without a public key')
    return key
  }

  get secretKey(): Uint8Array | undefined {
    return this.#node.privateKey ?? undefined
  }

  get depth(): number {
    return this.#node.depth
  }

  /** First four bytes of the key's HASH160, as PSBT and descriptors write it. */
  get fingerprint(): Uint8Array {
    const hash = this.#node.pubKeyHash
    assert(hash !== undefined, 'extended key without a public key')
    return hash.slice(0, 4)
  }

  get xprv(): string {
    return this.#node.privateExtendedKey
  }

  get xpub(): string {
    return this.#node.publicExtendedKey
  }

  /** One step down; add {@link HARDENED} for a hardened child (needs the secret key). */
  child(index: number): ExtendedKey {
    return new ExtendedKey(this.#node.deriveChild(index))
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
