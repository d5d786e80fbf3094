import { assert, bytesToHex, err, hexToBytes, ok, type Result, unwrap } from '@ply/bytes'
import type { NetworkParameters } from '@ply/primitives'
import {
  type DerivedOutput,
  type DerivationViolation,
  deriveOutputs,
  type Descriptor,
  fixDescriptor,
  formatDescriptor,
  isRanged,
  parseDescriptor,
} from '@ply/script'
import type { ScriptBook } from '../state/chainLedger.ts'
import { concreteDescriptor } from './concreteDescriptor.ts'
import { deriveRemembered } from './derivedOutputs.ts'
import { descriptorOutputType, type OutputType } from './outputType.ts'
import { type DescriptorKey, keypoolSize, type WalletDescriptor } from './walletDescriptor.ts'

/** Bitcoin Core's default -keypool. */
export const DEFAULT_KEYPOOL_SIZE = 1000

interface BookEntry {
  wallet: WalletDescriptor
  /** In hexadecimal, from `start` on; more than one for an index of `combo()`. */
  readonly scripts: (readonly string[])[]
  /** See {@link SavedDescriptor}. */
  readonly concrete: Map<string, string>
}

/** A descriptor as it is kept, with the scripts that were derived, so that opening a wallet derives nothing. */
export interface SavedDescriptor {
  readonly wallet: WalletDescriptor
  readonly scripts: readonly (readonly string[])[]
  /**
   * What a script is made of, as a descriptor of this one script, by the script in hexadecimal: where that cannot be
   * derived while the secrets are sealed (a hardened step for each index).
   */
  readonly concrete: ReadonlyMap<string, string>
}

/** The form of a descriptor that can derive: with secrets where hardened steps ask for them. */
export type DescriptorSource = (wallet: WalletDescriptor) => Descriptor

/** The descriptors of a wallet and the scripts that they stand for. */
export class DescriptorBook implements ScriptBook<DescriptorKey> {
  readonly #entries = new Map<string, BookEntry>()
  readonly #scripts = new Map<string, DescriptorKey[]>()
  /** Ids of the descriptors that give out addresses, by kind. */
  readonly #active: Map<string, string>
  readonly #source: DescriptorSource
  readonly #changed: (id: string) => void
  readonly #network: NetworkParameters
  readonly keypool: number

  constructor(options: {
    readonly network: NetworkParameters
    readonly saved?: readonly SavedDescriptor[]
    readonly active?: ReadonlyMap<string, string>
    readonly keypool?: number
    readonly source: DescriptorSource
    /** Hears of descriptors that are new or another one now. */
    changed?(id: string): void
  }) {
    this.#network = options.network
    this.#source = options.source
    this.keypool = options.keypool ?? DEFAULT_KEYPOOL_SIZE
    this.#active = new Map(options.active)
    this.#changed = (id) => options.changed?.(id)
    for (const { wallet, scripts, concrete } of options.saved ?? []) {
      this.#entries.set(wallet.id, { wallet, scripts: [...scripts], concrete: new Map(concrete) })
      scripts.forEach((each, i) => this.#watch(each, { id: wallet.id, index: wallet.start + i }))
    }
  }

  #watch(scripts: readonly string[], key: DescriptorKey): void {
    for (const script of scripts) {
      const keys = this.#scripts.get(script)
      if (keys) keys.push(key)
      else this.#scripts.set(script, [key])
    }
  }

  get(id: string): WalletDescriptor | undefined {
    return this.#entries.get(id)?.wallet
  }

  all(): readonly WalletDescriptor[] {
    return [...this.#entries.values()].map(({ wallet }) => wallet)
  }

  saved(id: string): SavedDescriptor | undefined {
    return this.#entries.get(id)
  }

  /** Which descriptors give out addresses: ids by {@link kind}. */
  active(): ReadonlyMap<string, string> {
    return this.#active
  }

  #set(entry: BookEntry, wallet: WalletDescriptor): void {
    entry.wallet = wallet
    this.#changed(wallet.id)
  }

  /**
   * Adds a descriptor, or widens the one that is there (its range must lie in the new one). Violations of the
   * derivation.
   */
  add(wallet: WalletDescriptor): Result<void, DerivationViolation> {
    const known = this.#entries.get(wallet.id)
    if (known && known.wallet.start === wallet.start) {
      const { start, end } = known.wallet
      this.#set(known, { ...wallet, start, end })
      return this.#extend(known, Math.max(end, wallet.end))
    }
    const entry: BookEntry = { wallet: { ...wallet, end: wallet.start }, scripts: [], concrete: new Map() }
    const extended = this.#extend(entry, wallet.end)
    if (!extended.ok) return extended
    this.#entries.set(wallet.id, entry)
    this.#changed(wallet.id)
    return ok(undefined)
  }

  /** Watches scripts up to an index; returns whether there were more. */
  #extend(entry: BookEntry, end: number): Result<void, DerivationViolation> {
    if (end <= entry.wallet.end) return ok(undefined)
    const source = this.#source(entry.wallet)
    const needsSecrets = !deriveOutputs(entry.wallet.descriptor, end - 1).ok
    const derived: string[][] = []
    for (let index = entry.wallet.end; index < end; index++) {
      const outputs = deriveOutputs(source, index)
      if (!outputs.ok) return outputs
      derived.push(outputs.value.map(({ scriptPubKey }) => bytesToHex(scriptPubKey)))
      for (const output of needsSecrets ? outputs.value : []) {
        entry.concrete.set(bytesToHex(output.scriptPubKey), this.#concrete(entry.wallet, output))
      }
    }
    derived.forEach((scripts, i) => this.#watch(scripts, { id: entry.wallet.id, index: entry.wallet.end + i }))
    entry.scripts.push(...derived)
    this.#set(entry, { ...entry.wallet, end })
    return ok(undefined)
  }

  /** See {@link SavedDescriptor}. */
  #concrete({ descriptor }: WalletDescriptor, output: DerivedOutput): string {
    if (descriptor.type === 'combo') return concreteDescriptor(output, this.#network)
    return formatDescriptor(fixDescriptor(descriptor, output))
  }

  /** Watches at least `size` addresses beyond those given out, as far as they can be derived. */
  topUp(size = this.keypool): void {
    for (const entry of this.#entries.values()) this.#topUp(entry, size)
  }

  #topUp(entry: BookEntry, size: number): boolean {
    if (!isRanged(entry.wallet.descriptor)) return true
    return this.#extend(entry, entry.wallet.next + Math.max(size, 1)).ok
  }

  /** Every script that is watched, in hexadecimal. */
  scripts(): IterableIterator<string> {
    return this.#scripts.keys()
  }

  get scriptCount(): number {
    return this.#scripts.size
  }

  find(scriptPubKey: Uint8Array): DescriptorKey | undefined {
    return this.findAll(scriptPubKey)[0]
  }

  /** Every descriptor that makes a script. */
  findAll(scriptPubKey: Uint8Array): readonly DescriptorKey[] {
    return this.#scripts.get(bytesToHex(scriptPubKey)) ?? []
  }

  markUsed({ id, index }: DescriptorKey): boolean {
    const entry = this.#entries.get(id)!
    if (!isRanged(entry.wallet.descriptor) || index < entry.wallet.next) return false
    const before = entry.wallet.end
    this.#set(entry, { ...entry.wallet, next: index + 1 })
    this.#topUp(entry, this.keypool)
    return entry.wallet.end > before
  }

  /** The output of a descriptor at an index: scripts and keys that spending takes. */
  derive({ id, index }: DescriptorKey): Result<readonly DerivedOutput[], DerivationViolation> {
    const entry = this.#entries.get(id)
    assert(entry !== undefined, 'a key of a descriptor that the wallet does not have')
    const derived = deriveRemembered(this.#source(entry.wallet), index)
    if (derived.ok) return derived
    const scripts = entry.scripts[index - entry.wallet.start] ?? []
    const known = scripts.flatMap((script) => entry.concrete.get(script) ?? [])
    if (known.length === 0) return derived
    return ok(known.flatMap((text) => unwrap(deriveOutputs(unwrap(parseDescriptor(text, this.#network)), 0))))
  }

  /** The descriptor that gives out addresses of a kind. */
  activeFor(type: OutputType, internal: boolean): WalletDescriptor | undefined {
    const id = this.#active.get(kind(type, internal))
    return id === undefined ? undefined : this.get(id)
  }

  isActive(id: string): boolean {
    return [...this.#active.values()].includes(id)
  }

  /** Lets a descriptor give out addresses of its kind from now on, in place of any other. */
  activate({ id, descriptor }: WalletDescriptor, internal: boolean): void {
    const type = descriptorOutputType(descriptor)
    if (type === undefined) return
    this.deactivate(id)
    this.#active.set(kind(type, internal), id)
    const entry = this.#entries.get(id)!
    this.#set(entry, { ...entry.wallet, internal })
  }

  deactivate(id: string): void {
    for (const [key, active] of this.#active) if (active === id) this.#active.delete(key)
    this.#changed(id)
  }

  /** The next address of a descriptor, given out now. Violation `keypool-ran-out`: no more can be derived. */
  takeNext(id: string): Result<DescriptorKey & { readonly scriptPubKey: Uint8Array }, 'keypool-ran-out'> {
    const entry = this.#entries.get(id)
    assert(entry !== undefined, 'an address of a descriptor that the wallet does not have')
    this.#topUp(entry, this.keypool)
    const { next, start, end } = entry.wallet
    if (next >= end) return err('keypool-ran-out')
    this.#set(entry, { ...entry.wallet, next: next + 1 })
    return ok({ id, index: next, scriptPubKey: hexToBytes(entry.scripts[next - start]![0]!) })
  }

  /** Takes back an address that was given out last and not used. */
  giveBack({ id, index }: DescriptorKey): void {
    const entry = this.#entries.get(id)!
    if (entry.wallet.next === index + 1) this.#set(entry, { ...entry.wallet, next: index })
  }

  /** Addresses that are ready to be given out. */
  keypoolSize(internal: boolean): number {
    return [...this.#active.entries()]
      .filter(([key]) => key.endsWith(':internal') === internal)
      .reduce((sum, [, id]) => sum + keypoolSize(this.get(id)!), 0)
  }
}

/** The key of {@link DescriptorBook.active}. */
export const kind = (type: OutputType, internal: boolean): string => `${type}:${internal ? 'internal' : 'external'}`
