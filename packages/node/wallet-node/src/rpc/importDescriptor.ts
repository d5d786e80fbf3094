import { encodeAddress } from '@ply/primitives'
import {
  type Json,
  type JsonObject,
  type JsonOutput,
  jsonTypeName,
  RPC_ERROR,
  RpcError,
  expectBoolean,
  expectString,
} from '@ply/rpc'
import {
  type Descriptor,
  deriveOutputs,
  expandMultipath,
  formatDescriptor,
  isRanged,
  parseDescriptor,
} from '@ply/script'
import { createWalletDescriptor, descriptorOutputType, hasSecrets, type WalletDescriptor } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidAddress, invalidParameter, walletError } from '../walletError.ts'
import { warnOfLocks } from './descriptorWarnings.ts'
import { ownsKeyOf } from './hdKeys.ts'
import { asInteger, optionOf } from './options.ts'

/** The moment from which a request wants to be looked for; `now` is the chain's. Error -3. */
export function readTimestamp(request: JsonObject, now: number): number {
  const timestamp = request['timestamp']
  if (timestamp === undefined) throw new RpcError(RPC_ERROR.type, 'Missing required timestamp field for key')
  if (typeof timestamp === 'number') return timestamp
  if (timestamp === 'now') return now
  throw new RpcError(
    RPC_ERROR.type,
    `Expected number or "now" timestamp value for key. got type ${jsonTypeName(timestamp)}`,
  )
}

interface Range {
  readonly start: number
  readonly end: number
  readonly next: number
}

const MAX_RANGE = 1_000_000

/** `n` stands for 0…n, `[from, to]` for itself. Error -8. */
function readRange(value: Json): readonly [number, number] {
  const [from, to] = Array.isArray(value) ? (value as readonly Json[]) : [0, value]
  if (typeof from !== 'number' || typeof to !== 'number' || (Array.isArray(value) && value.length !== 2)) {
    throw invalidParameter('Range must be specified as end or as [begin,end]')
  }
  if (Array.isArray(value) && to < from) {
    throw invalidParameter('Range specified as [begin,end] must not have begin after end')
  }
  if (from < 0) throw invalidParameter('Range should be greater or equal than 0')
  if (to < 0 || to >= 0x80000000) throw invalidParameter('End of range is too high')
  if (to >= from + MAX_RANGE) throw invalidParameter('Range is too large')
  return [from, to]
}

function readIndexes(request: JsonObject, descriptor: Descriptor, owner: NodeWallet, warnings: string[]): Range {
  if (!isRanged(descriptor)) {
    if (request['range'] !== undefined) {
      throw invalidParameter('Range should not be specified for an un-ranged descriptor')
    }
    return { start: 0, end: 1, next: 0 }
  }
  let [start, end] = [0, owner.options.keypool]
  if (request['range'] === undefined) {
    warnings.push('Range not given, using default keypool range')
  } else {
    const [from, to] = readRange(request['range'])
    ;[start, end] = [from, to + 1]
  }
  const next = optionOf(request, 'next_index', asInteger) ?? start
  if (next < start || next >= end) throw invalidParameter('next_index is out of range')
  return { start, end, next }
}

function checkCombination(request: JsonObject, parsed: readonly Descriptor[], active: boolean): void {
  const [first] = parsed
  const labelled = request['label'] !== undefined
  if (active && !isRanged(first!)) throw invalidParameter('Active descriptors must be ranged')
  if (parsed.length > 1 && labelled) throw invalidParameter('Multipath descriptors should not have a label')
  if (isRanged(first!) && labelled) throw invalidParameter('Ranged descriptors should not have a label')
  if (request['internal'] === true && labelled) throw invalidParameter('Internal addresses should not have a label')
  if (active && first!.type === 'combo') throw walletError('Combo descriptors cannot be set to active')
}

function checkSecrets(owner: NodeWallet, descriptor: Descriptor, warnings: string[]): void {
  const derived = deriveOutputs(descriptor, 0)
  if (!derived.ok) {
    throw walletError(
      'Cannot expand descriptor. Probably because of hardened derivations without private keys provided',
    )
  }
  const secrets = hasSecrets(descriptor)
  if (owner.wallet.flags.disablePrivateKeys) {
    if (secrets) throw walletError('Cannot import private keys to a wallet with private keys disabled')
    return
  }
  if (!secrets) {
    throw walletError('Cannot import descriptor without private keys to a wallet with private keys enabled')
  }
  const all = derived.value.every(({ keys }) => keys.every(({ secretKey }) => secretKey !== undefined))
  if (!all) {
    warnings.push('Not all private keys provided. Some wallet functionality may return unexpected errors')
  }
}

/** `unused()` only keeps a key: there is nothing to keep where it is one of the wallet's. */
function checkUnused({ wallet }: NodeWallet, descriptor: Descriptor): void {
  if (descriptor.type !== 'unused') return
  if (wallet.flags.disablePrivateKeys) {
    throw walletError('Cannot import unused() to wallet without private keys enabled')
  }
  if (ownsKeyOf(wallet, descriptor)) {
    throw walletError('Cannot import an unused() descriptor when its private key is already in the wallet')
  }
}

/** Bitcoin Core takes no range that leaves out what is watched already. */
function checkUpdate(known: WalletDescriptor | undefined, { start, end }: WalletDescriptor, text: string): void {
  if (!known || !isRanged(known.descriptor)) return
  if (start > known.start || end < known.end) {
    throw walletError(
      `Could not add descriptor '${text}': new range must include current range = [${known.start},${known.end - 1}]`,
    )
  }
}

function addDescriptor(owner: NodeWallet, parsed: Descriptor, descriptor: WalletDescriptor, text: string): void {
  const { wallet, node } = owner
  checkUpdate(wallet.book.get(descriptor.id), descriptor, text)
  if (hasSecrets(parsed)) wallet.ring.add(descriptor.id, formatDescriptor(parsed, 'private'), node.entropy)
  const added = wallet.book.add(descriptor)
  if (!added.ok) throw walletError(`Could not add descriptor '${text}': ${added.error}`)
}

function importParsed(owner: NodeWallet, request: JsonObject, timestamp: number, warnings: string[]): void {
  const text = expectString(request['desc'] ?? null)
  const { wallet } = owner
  const active = optionOf(request, 'active', expectBoolean) ?? false
  const label = optionOf(request, 'label', expectString) ?? ''
  if (label === '*') throw new RpcError(RPC_ERROR.walletInvalidLabelName, 'Invalid label name')
  const multipath = parseDescriptor(text, wallet.network, { requireChecksum: true })
  if (!multipath.ok) throw invalidAddress(multipath.error.message)
  const parsed = expandMultipath(multipath.value)
  if (parsed.length > 1 && request['internal'] !== undefined) {
    throw invalidAddress("Cannot have multipath descriptor while also specifying 'internal'")
  }
  const range = readIndexes(request, parsed[0]!, owner, warnings)
  checkCombination(request, parsed, active)
  warnings.push(...warnOfLocks(parsed[0]!))
  parsed.forEach((each, place) => {
    checkSecrets(owner, each, warnings)
    checkUnused(owner, each)
    const internal = parsed.length === 2 ? place === 1 : request['internal'] === true
    const descriptor = createWalletDescriptor(each, wallet.network, { timestamp, internal, ...range })
    addDescriptor(owner, each, descriptor, text)
    activate(owner, descriptor, { active, internal, label, warnings })
  })
}

function activate(
  { wallet }: NodeWallet,
  descriptor: WalletDescriptor,
  options: {
    readonly active: boolean
    readonly internal: boolean
    readonly label: string
    readonly warnings: string[]
  },
): void {
  if (options.active && descriptorOutputType(descriptor.descriptor) === undefined) {
    options.warnings.push('Unknown output type, cannot set descriptor to active.')
  } else if (options.active) {
    wallet.book.activate(descriptor, options.internal)
  } else {
    wallet.book.deactivate(descriptor.id)
  }
  if (options.internal || isRanged(descriptor.descriptor)) return
  const outputs = deriveOutputs(descriptor.descriptor, 0)
  for (const { scriptPubKey } of outputs.ok ? outputs.value : []) {
    const address = encodeAddress(scriptPubKey, wallet.network)
    if (address !== undefined) wallet.labels.set(address, options.label, 'receive')
  }
}

/** What became of one request. */
export interface ImportResult {
  readonly success: boolean
  readonly warnings?: readonly string[]
  readonly error?: { readonly code: number; readonly message: string }
}

/** Adds the descriptors of a request; what is wrong with it is its own result. */
export function importDescriptor(owner: NodeWallet, request: JsonObject, timestamp: number): ImportResult {
  const warnings: string[] = []
  const shown = (): { warnings?: readonly string[] } => (warnings.length > 0 ? { warnings } : {})
  try {
    if (request['desc'] === undefined) throw invalidParameter('Descriptor not found.')
    importParsed(owner, request, timestamp, warnings)
    return { success: true, ...shown() }
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    return { success: false, error: { code: error.code, message: error.message }, ...shown() }
  }
}

/** As it is answered. */
export const importJson = ({ success, warnings, error }: ImportResult): JsonOutput => ({ success, warnings, error })
