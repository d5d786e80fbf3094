import { assert, bytesToHex, DecodeError, equalBytes, err, ok, type Result } from '@ply/bytes'
import { ExtendedKey, isMnemonic, mnemonicToSeed } from '@ply/crypto'
import type { NetworkParameters } from '@ply/primitives'
import type { KeyOrigin } from '@ply/script'
import { type Account, accountPath, createAccount } from './account.ts'
import { type KeyPath, NATIVE_SCRIPT_TYPES, type ScriptType } from './scriptType.ts'

/** Words in lower case with one space between, as BIP 39 hashes them. */
export function normalizeMnemonic(text: string): string {
  return text.trim().toLowerCase().split(/\s+/).join(' ')
}

/** Which of the keys below a seed a wallet has. */
export interface AccountOptions {
  readonly network: NetworkParameters
  /** BIP 44 account number; 0 if not given. */
  readonly account?: number
  /** Kinds of output; the native segwit ones if not given. */
  readonly types?: readonly ScriptType[]
}

/** The secret side of a wallet: every key of its accounts. Lives only while something is being signed. */
export class SecretKeys {
  readonly accounts: readonly Account[]
  readonly #master: ExtendedKey
  readonly #roots: ReadonlyMap<ScriptType, ExtendedKey>

  private constructor(master: ExtendedKey, accounts: readonly Account[], roots: ReadonlyMap<ScriptType, ExtendedKey>) {
    this.#master = master
    this.accounts = accounts
    this.#roots = roots
  }

  /** From a BIP 32 seed of 16–64 bytes. */
  static fromSeed(seed: Uint8Array, { network, account = 0, types = NATIVE_SCRIPT_TYPES }: AccountOptions): SecretKeys {
    const master = ExtendedKey.fromSeed(seed, network.address.extendedKeys)
    const accounts = types.map((type) => createAccount(master, type, { network, account }))
    const roots = types.map((type) => [type, master.derive(accountPath(type, network, account))] as const)
    return new SecretKeys(master, accounts, new Map(roots))
  }

  /** From BIP 39 words, with the optional BIP 39 passphrase; violation `bad-mnemonic`. */
  static fromMnemonic(
    mnemonic: string,
    options: AccountOptions & { readonly passphrase?: string },
  ): Result<SecretKeys, DecodeError> {
    const words = normalizeMnemonic(mnemonic)
    if (!isMnemonic(words)) return err(new DecodeError('bad-mnemonic', 'not a BIP 39 mnemonic (words or checksum)'))
    return ok(SecretKeys.fromSeed(mnemonicToSeed(words, options.passphrase ?? ''), options))
  }

  /** The 32-byte secret key at a path, before any taproot tweak. */
  secretKey({ type, chain, index }: KeyPath): Uint8Array {
    const key = this.#roots.get(type)?.child(chain).child(index).secretKey
    assert(key !== undefined, `no secret key of type ${type}`)
    return key
  }

  /**
   * The secret key of a public key (33 bytes, or 32 where only x is known) that is said to come from this wallet's
   * master key; undefined if it does not.
   */
  secretKeyAt({ fingerprint, path }: KeyOrigin, publicKey: Uint8Array): Uint8Array | undefined {
    if (fingerprint !== bytesToHex(this.#master.fingerprint)) return undefined
    const derived = this.#master.derive(path)
    const own = publicKey.length === 32 ? derived.publicKey.subarray(1) : derived.publicKey
    return equalBytes(own, publicKey) ? derived.secretKey : undefined
  }
}
