import { bytesToHex, decodeHex, DecodeError, type Result, tryDecode } from '@ply/bytes'
import { type BlockHash, computeTxid, decodeTransaction, encodeTransaction, NETWORKS } from '@ply/primitives'
import type { Account } from '../keys/account.ts'
import { SCRIPT_TYPES, type ScriptType } from '../keys/scriptType.ts'
import type { SavedChain } from './addressBook.ts'
import type { TransactionRecord, TransactionStatus } from './transactionLog.ts'
import { WalletState } from './walletState.ts'

/** Version of the saved form; a reader refuses any other. */
export const SAVED_STATE_VERSION = 1

/** A wallet's state as a JSON value: public data only, but it tells every coin and address of the wallet. */
export function saveWalletState(state: WalletState): unknown {
  const contents = state.contents()
  return {
    version: SAVED_STATE_VERSION,
    network: contents.network.name,
    accounts: contents.accounts,
    chains: contents.chains,
    height: contents.height,
    recentBlocks: contents.recentBlocks.map(bytesToHex),
    transactions: contents.records.map((record) => ({
      hex: bytesToHex(encodeTransaction(record.tx)),
      status: record.status,
      time: record.time,
      ...(record.confirmation && { height: record.confirmation.height, position: record.confirmation.position }),
      ...(record.replacedBy !== undefined && { replacedBy: record.replacedBy }),
      ...(record.conflictHeight !== undefined && { conflictHeight: record.conflictHeight }),
    })),
    labels: Object.fromEntries(contents.labels),
    locked: [...contents.locked],
  }
}

const fail = (what: string): never => {
  throw new DecodeError('bad-wallet-state', `saved wallet: ${what}`)
}

type Fields = Readonly<Record<string, unknown>>

const fields = (value: unknown, what: string): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : fail(`${what} is no object`)

const list = (value: unknown, what: string): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : fail(`${what} is no list`)

const text = (value: unknown, what: string): string => (typeof value === 'string' ? value : fail(`${what} is no text`))

const integer = (value: unknown, what: string): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= -1 ? value : fail(`${what} is no integer`)

function hex(value: unknown, what: string, length?: number): Uint8Array {
  const decoded = decodeHex(text(value, what))
  if (!decoded.ok || (length !== undefined && decoded.value.length !== length)) return fail(`${what} is no hexadecimal`)
  return decoded.value
}

function scriptType(value: unknown): ScriptType {
  return SCRIPT_TYPES.find((type) => type === value) ?? fail('unknown script type')
}

function readAccount(value: unknown): Account {
  const account = fields(value, 'account')
  return {
    type: scriptType(account['type']),
    fingerprint: bytesToHex(hex(account['fingerprint'], 'fingerprint', 4)),
    path: list(account['path'], 'path').map((step) => integer(step, 'path')),
    xpub: text(account['xpub'], 'xpub'),
  }
}

function readChain(value: unknown): SavedChain {
  const chain = fields(value, 'chain')
  const number = chain['chain']
  return {
    type: scriptType(chain['type']),
    chain: number === 0 || number === 1 ? number : fail('chain is neither 0 nor 1'),
    used: integer(chain['used'], 'used'),
    issued: integer(chain['issued'], 'issued'),
    scripts: list(chain['scripts'], 'scripts').map((script) => bytesToHex(hex(script, 'script'))),
  }
}

const STATUSES: readonly TransactionStatus[] = ['active', 'replaced', 'dropped']

function readRecord(value: unknown): TransactionRecord {
  const saved = fields(value, 'transaction')
  const decoded = decodeTransaction(hex(saved['hex'], 'transaction'))
  if (!decoded.ok) throw decoded.error
  return {
    tx: decoded.value,
    txid: bytesToHex(computeTxid(decoded.value)),
    status: STATUSES.find((status) => status === saved['status']) ?? fail('unknown status'),
    time: integer(saved['time'], 'time'),
    confirmation:
      saved['height'] === undefined
        ? undefined
        : { height: integer(saved['height'], 'height'), position: integer(saved['position'], 'position') },
    replacedBy: saved['replacedBy'] === undefined ? undefined : bytesToHex(hex(saved['replacedBy'], 'replacedBy', 32)),
    ...(saved['conflictHeight'] !== undefined && {
      conflictHeight: integer(saved['conflictHeight'], 'conflictHeight'),
    }),
  }
}

/** Reads what {@link saveWalletState} made. Violations: `bad-wallet-state`, `unknown-version`, a transaction's own. */
export function loadWalletState(value: unknown): Result<WalletState, DecodeError> {
  return tryDecode(() => {
    const saved = fields(value, 'state')
    if (saved['version'] !== SAVED_STATE_VERSION) throw new DecodeError('unknown-version', 'saved by another version')
    const network = Object.values(NETWORKS).find((candidate) => candidate.name === saved['network'])
    const labels = Object.entries(fields(saved['labels'], 'labels'))
    return new WalletState({
      network: network ?? fail('unknown network'),
      accounts: list(saved['accounts'], 'accounts').map(readAccount),
      chains: list(saved['chains'], 'chains').map(readChain),
      height: integer(saved['height'], 'height'),
      recentBlocks: list(saved['recentBlocks'], 'recentBlocks').map((hash) => hex(hash, 'block hash', 32) as BlockHash),
      records: list(saved['transactions'], 'transactions').map(readRecord),
      labels: new Map(labels.map(([txid, label]) => [txid, text(label, 'label')])),
      locked: new Set(list(saved['locked'], 'locked').map((outpoint) => text(outpoint, 'locked outpoint'))),
    })
  })
}
