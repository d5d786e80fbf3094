import { assert, bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import type { NetworkParameters } from '@ply/primitives'
import { type Account, AccountKeys } from '../keys/account.ts'
import type { Chain, KeyPath, ScriptType } from '../keys/scriptType.ts'

/** BIP 44: so many unused addresses in a row are watched behind the last used one. */
export const GAP_LIMIT = 20

/** One chain of addresses as it is kept on disk. Scripts are in hexadecimal. */
export interface SavedChain {
  readonly type: ScriptType
  readonly chain: Chain
  /** One more than the highest index seen on chain. */
  readonly used: number
  /** One more than the highest index ever handed out. */
  readonly issued: number
  /** Scripts derived so far, so that opening a wallet derives nothing. */
  readonly scripts: readonly string[]
}

interface AddressChain {
  readonly type: ScriptType
  readonly chain: Chain
  used: number
  issued: number
  readonly scripts: string[]
}

/** The wallet's scripts, found by their bytes, and which of them are used or promised. */
export class AddressBook {
  readonly accounts: readonly Account[]
  readonly #network: NetworkParameters
  readonly #keys = new Map<ScriptType, AccountKeys>()
  readonly #chains: AddressChain[] = []
  readonly #paths = new Map<string, KeyPath>()

  constructor(accounts: readonly Account[], network: NetworkParameters, saved: readonly SavedChain[] = []) {
    this.accounts = accounts
    this.#network = network
    for (const { type } of accounts) {
      for (const chain of [0, 1] as const) {
        const old = saved.find((entry) => entry.type === type && entry.chain === chain)
        const entry = {
          type,
          chain,
          used: old?.used ?? 0,
          issued: old?.issued ?? 0,
          scripts: [...(old?.scripts ?? [])],
        }
        this.#chains.push(entry)
        entry.scripts.forEach((script, index) => this.#paths.set(script, { type, chain, index }))
        this.#deriveWindow(entry)
      }
    }
  }

  #chain(type: ScriptType, chain: Chain): AddressChain {
    const entry = this.#chains.find((candidate) => candidate.type === type && candidate.chain === chain)
    assert(entry !== undefined, `wallet has no ${type} account`)
    return entry
  }

  /** The account's key derivation, opened at first use. */
  keys(type: ScriptType): AccountKeys {
    let keys = this.#keys.get(type)
    if (!keys) {
      const account = this.accounts.find((candidate) => candidate.type === type)
      assert(account !== undefined, `wallet has no ${type} account`)
      keys = unwrap(AccountKeys.open(account, this.#network))
      this.#keys.set(type, keys)
    }
    return keys
  }

  #deriveWindow(entry: AddressChain): void {
    const end = Math.max(entry.used, entry.issued) + GAP_LIMIT
    for (let index = entry.scripts.length; index < end; index++) {
      const script = bytesToHex(this.keys(entry.type).scriptPubKey(entry.chain, index))
      entry.scripts.push(script)
      this.#paths.set(script, { type: entry.type, chain: entry.chain, index })
    }
  }

  /** The key that a script belongs to, if the wallet has it. */
  find(scriptPubKey: Uint8Array): KeyPath | undefined {
    return this.#paths.get(bytesToHex(scriptPubKey))
  }

  scriptPubKey({ type, chain, index }: KeyPath): Uint8Array {
    const script = this.#chain(type, chain).scripts[index]
    return script === undefined ? this.keys(type).scriptPubKey(chain, index) : hexToBytes(script)
  }

  /** Notes that a key was seen on chain. True if more scripts are watched now. */
  markUsed({ type, chain, index }: KeyPath): boolean {
    const entry = this.#chain(type, chain)
    const before = entry.scripts.length
    entry.used = Math.max(entry.used, index + 1)
    this.#deriveWindow(entry)
    return entry.scripts.length > before
  }

  /** The first key that was never seen on chain. */
  firstUnused(type: ScriptType, chain: Chain): KeyPath {
    return { type, chain, index: this.#chain(type, chain).used }
  }

  /** The first key that was neither seen on chain nor handed out. */
  firstFresh(type: ScriptType, chain: Chain): KeyPath {
    const { used, issued } = this.#chain(type, chain)
    return { type, chain, index: Math.max(used, issued) }
  }

  /** Notes that a key was handed out. */
  markIssued({ type, chain, index }: KeyPath): void {
    const entry = this.#chain(type, chain)
    entry.issued = Math.max(entry.issued, index + 1)
    this.#deriveWindow(entry)
  }

  /** How many keys of a chain were seen and handed out. */
  counts(type: ScriptType, chain: Chain): { readonly used: number; readonly issued: number } {
    const { used, issued } = this.#chain(type, chain)
    return { used, issued }
  }

  save(): SavedChain[] {
    return this.#chains.map((entry) => ({ ...entry, scripts: [...entry.scripts] }))
  }
}
