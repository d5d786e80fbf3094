import { CLIENT_VERSION } from '@ply/layer1-node'
import { bytesToHex, decodeHex, DecodeError, type Result, tryDecode, unwrap } from '@ply/bytes'
import {
  type BlockHash,
  computeTxid,
  decodeTransaction,
  encodeTransaction,
  type NetworkParameters,
} from '@ply/primitives'
import { formatDescriptor, parseDescriptor } from '@ply/script'
import {
  type AddressPurpose,
  type DescriptorWallet,
  type DescriptorWalletContents,
  type LabelledAddress,
  parseSeedEnvelope,
  type SavedDescriptor,
  type TransactionNote,
  type TransactionRecord,
  type WalletFlags,
} from '@ply/wallet'

/** Version of the form; a reader refuses any other. */
export const WALLET_VERSION = 1

/** What the rows of a wallet are called; an id stands behind the colon. */
export const ROWS = {
  settings: 'settings',
  descriptor: 'descriptor:',
  /** Scripts of one index, in hexadecimal. */
  scripts: 'scripts:',
  /** What a script of a descriptor is made of. */
  concrete: 'concrete:',
  secret: 'secret:',
  transaction: 'transaction:',
  address: 'address:',
} as const

/** A row's name and its content. */
export type Row = readonly [key: string, value: string]

const fail = (what: string): never => {
  throw new DecodeError('bad-wallet', `wallet: ${what}`)
}

type Fields = Readonly<Record<string, unknown>>

function parse(text: string, what: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fail(`${what} is no JSON`)
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : fail(what)
}

const text = (value: unknown, what: string): string => (typeof value === 'string' ? value : fail(`${what} is no text`))
const integer = (value: unknown, what: string): number =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : fail(`${what} is no integer`)
const list = (value: unknown, what: string): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : fail(`${what} is no list`)

function bytes(value: unknown, what: string): Uint8Array {
  const decoded = decodeHex(text(value, what))
  return decoded.ok ? decoded.value : fail(`${what} is no hexadecimal`)
}

const optionalText = (value: unknown, what: string): string | undefined =>
  value === undefined ? undefined : text(value, what)

/** Flags, tip, active descriptors, locks, and the sealed key of the secrets. */
export function encodeSettings(wallet: DescriptorWallet): string {
  const { tip, height } = wallet.ledger
  return JSON.stringify({
    version: WALLET_VERSION,
    client: CLIENT_VERSION,
    network: wallet.network.name,
    flags: wallet.flags,
    height,
    tip: tip && bytesToHex(tip.hash),
    locator: wallet.locator.map(bytesToHex),
    active: Object.fromEntries(wallet.book.active()),
    locked: [...wallet.persistentLocks()],
    envelope: wallet.ring.saved().envelope,
  })
}

export function encodeDescriptor({ wallet }: SavedDescriptor): string {
  const { text: descriptor, timestamp, internal, start, end, next } = wallet
  // What can be derived from while the secrets are sealed.
  const normalized = formatDescriptor(wallet.descriptor, 'normalized')
  return JSON.stringify({ descriptor, normalized, timestamp, internal, start, end, next })
}

/** The scripts of a descriptor from one on, a row an index. */
export const encodeScripts = ({ wallet: { id, start }, scripts, concrete }: SavedDescriptor, from: number): Row[] =>
  scripts.slice(from).flatMap((each, i): Row[] => [
    [`${ROWS.scripts}${id}:${start + from + i}`, each.join(' ')],
    ...each.flatMap((script): Row[] => {
      const text = concrete.get(script)
      return text === undefined ? [] : [[`${ROWS.concrete}${id}:${script}`, text]]
    }),
  ])

export function encodeRecord(record: TransactionRecord, note: TransactionNote | undefined, order: number): string {
  const { confirmation, status, time, replacedBy, conflictHeight } = record
  return JSON.stringify({
    order,
    hex: bytesToHex(encodeTransaction(record.tx)),
    status,
    time,
    ...confirmation,
    replacedBy,
    conflictHeight,
    note,
  })
}

/** Every row of a wallet. */
export function encodeWallet(wallet: DescriptorWallet): Row[] {
  const rows: Row[] = [[ROWS.settings, encodeSettings(wallet)]]
  for (const { id } of wallet.book.all()) {
    const saved = wallet.book.saved(id)!
    rows.push([ROWS.descriptor + id, encodeDescriptor(saved)], ...encodeScripts(saved, 0))
  }
  for (const [id, secret] of wallet.ring.saved().secrets) rows.push([ROWS.secret + id, secret])
  for (const [order, record] of [...wallet.ledger.log.all()].entries()) {
    rows.push([ROWS.transaction + record.txid, encodeRecord(record, wallet.note(record.txid), order)])
  }
  for (const [address, entry] of wallet.labels.entries()) rows.push([ROWS.address + address, JSON.stringify(entry)])
  return rows
}

const STATUSES: readonly TransactionRecord['status'][] = ['active', 'replaced', 'dropped']

interface SavedRecord {
  readonly order: number
  readonly record: TransactionRecord
  readonly note: TransactionNote
}

function decodeNote(value: unknown, time: number): TransactionNote {
  const note = typeof value === 'object' && value !== null ? (value as Fields) : {}
  const texts = ['comment', 'to', 'replaces', 'replacedBy'].map(
    (name) => [name, optionalText(note[name], name)] as const,
  )
  return {
    received: integer(note['received'] ?? time, 'received'),
    time: integer(note['time'] ?? time, 'time'),
    ...Object.fromEntries(texts.filter(([, each]) => each !== undefined)),
  }
}

function decodeRecord(value: string): SavedRecord {
  const saved = parse(value, 'transaction')
  const tx = unwrapDecoded(decodeTransaction(bytes(saved['hex'], 'transaction')))
  const time = integer(saved['time'], 'time')
  const record: TransactionRecord = {
    tx,
    txid: bytesToHex(computeTxid(tx)),
    status: STATUSES.find((status) => status === saved['status']) ?? fail('unknown status'),
    time,
    confirmation:
      saved['height'] === undefined
        ? undefined
        : { height: integer(saved['height'], 'height'), position: integer(saved['position'], 'position') },
    replacedBy: optionalText(saved['replacedBy'], 'replacedBy'),
    ...(saved['conflictHeight'] !== undefined && { conflictHeight: integer(saved['conflictHeight'], 'conflict') }),
  }
  return { order: integer(saved['order'], 'order'), record, note: decodeNote(saved['note'], time) }
}

function unwrapDecoded<T>(result: Result<T, DecodeError>): T {
  if (!result.ok) throw result.error
  return result.value
}

function decodeDescriptor(
  id: string,
  value: string,
  { scripts, concrete }: Pick<SavedDescriptor, 'scripts' | 'concrete'>,
  network: NetworkParameters,
): SavedDescriptor {
  const saved = parse(value, 'descriptor')
  const descriptor = text(saved['descriptor'], 'descriptor')
  const parsed = parseDescriptor(text(saved['normalized'], 'descriptor'), network)
  if (!parsed.ok) return fail(`descriptor ${descriptor} is not valid`)
  const start = integer(saved['start'], 'start')
  const wallet = {
    id,
    text: descriptor,
    descriptor: parsed.value,
    timestamp: integer(saved['timestamp'], 'timestamp'),
    internal: saved['internal'] === true,
    start,
    end: start + scripts.length,
    next: integer(saved['next'], 'next'),
  }
  return { wallet, scripts, concrete }
}

const PURPOSES: readonly AddressPurpose[] = ['receive', 'send', 'refund']

function decodeAddressRow(value: string): LabelledAddress {
  const saved = parse(value, 'address')
  const purpose = PURPOSES.find((each) => each === saved['purpose']) ?? fail('unknown purpose')
  return { label: text(saved['label'], 'label'), purpose }
}

interface Settings {
  readonly flags: WalletFlags
  readonly height: number
  readonly tip: BlockHash | undefined
  readonly locator: readonly BlockHash[]
  readonly active: ReadonlyMap<string, string>
  readonly locked: ReadonlySet<string>
  readonly envelope: DescriptorWalletContents['secrets']['envelope']
}

/** The version of the program that wrote the settings; undefined where they do not say. */
export function clientVersionOf(rows: readonly Row[]): number | undefined {
  const saved = parse(rows.find(([key]) => key === ROWS.settings)?.[1] ?? '{}', 'settings')
  return typeof saved['client'] === 'number' ? saved['client'] : undefined
}

function decodeSettings(value: string | undefined, network: NetworkParameters): Settings {
  const saved = parse(value ?? fail('no settings'), 'settings')
  if (saved['version'] !== WALLET_VERSION) throw new DecodeError('unknown-version', 'saved by another version')
  if (saved['network'] !== network.name) {
    throw new DecodeError('other-network', `The wallet is one of another network: ${String(saved['network'])}`)
  }
  const flags = (saved['flags'] ?? {}) as Partial<WalletFlags>
  return {
    flags: {
      disablePrivateKeys: flags.disablePrivateKeys === true,
      blank: flags.blank === true,
      avoidReuse: flags.avoidReuse === true,
      externalSigner: flags.externalSigner === true,
    },
    height: integer(saved['height'], 'height'),
    tip: saved['tip'] === undefined ? undefined : (bytes(saved['tip'], 'tip') as BlockHash),
    locator: list(saved['locator'], 'locator').map((each) => bytes(each, 'locator') as BlockHash),
    active: new Map(Object.entries((saved['active'] ?? {}) as Readonly<Record<string, string>>)),
    locked: new Set(list(saved['locked'], 'locked').map((each) => text(each, 'locked'))),
    envelope: saved['envelope'] === undefined ? undefined : unwrap(parseSeedEnvelope(saved['envelope'])),
  }
}

/** Scripts by descriptor, in the order of their indexes. */
function collectScripts(rows: readonly Row[]): ReadonlyMap<string, readonly (readonly string[])[]> {
  const byId = new Map<string, (readonly [number, readonly string[]])[]>()
  for (const [key, value] of rows) {
    if (!key.startsWith(ROWS.scripts)) continue
    const [id = '', index = ''] = key.slice(ROWS.scripts.length).split(':')
    const entries = byId.get(id) ?? []
    entries.push([Number(index), value.split(' ').filter((script) => script !== '')])
    byId.set(id, entries)
  }
  return new Map(
    [...byId].map(([id, entries]) => [id, entries.sort(([a], [b]) => a - b).map(([, scripts]) => scripts)] as const),
  )
}

/** What scripts are made of, by descriptor and script. */
function collectConcrete(
  rows: readonly Row[],
  network: NetworkParameters,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const byId = new Map<string, Map<string, string>>()
  for (const [key, text] of rows) {
    if (!key.startsWith(ROWS.concrete)) continue
    const [id = '', script = ''] = key.slice(ROWS.concrete.length).split(':')
    if (!parseDescriptor(text, network).ok) fail(`descriptor ${text} is not valid`)
    byId.set(id, (byId.get(id) ?? new Map<string, string>()).set(script, text))
  }
  return byId
}

/** Reads the rows of a wallet. Violations: `bad-wallet`, `unknown-version`, `other-network`, a transaction's own. */
export function decodeWallet(
  rows: readonly Row[],
  network: NetworkParameters,
): Result<DescriptorWalletContents, DecodeError> {
  return tryDecode(() => {
    const settings = decodeSettings(rows.find(([key]) => key === ROWS.settings)?.[1], network)
    const under = (prefix: string): Row[] =>
      rows.filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value])
    const scripts = collectScripts(rows)
    const concrete = collectConcrete(rows, network)
    const records = under(ROWS.transaction)
      .map(([, value]) => decodeRecord(value))
      .sort((a, b) => a.order - b.order)
    return {
      flags: settings.flags,
      active: settings.active,
      locked: settings.locked,
      locator: settings.locator,
      secrets: { envelope: settings.envelope, secrets: new Map(under(ROWS.secret)) },
      descriptors: under(ROWS.descriptor).map(([id, value]) =>
        decodeDescriptor(
          id,
          value,
          { scripts: scripts.get(id) ?? [], concrete: concrete.get(id) ?? new Map<string, string>() },
          network,
        ),
      ),
      addresses: new Map(under(ROWS.address).map(([address, value]) => [address, decodeAddressRow(value)])),
      ledger: {
        height: settings.height,
        recentBlocks: settings.tip ? [settings.tip] : [],
        records: records.map(({ record }) => record),
      },
      notes: new Map(records.map(({ record, note }) => [record.txid, note])),
    }
  })
}
