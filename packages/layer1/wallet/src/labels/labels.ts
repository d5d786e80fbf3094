import { DecodeError, hexToBytes, type Result, tryDecode } from '@ply/bytes'
import { decodeDisplayHash, hashToDisplay, type OutPoint, type Txid } from '@ply/primitives'
import type { WalletState } from '../state/walletState.ts'

/** Longer names are cut when they are imported, as BIP 329 suggests. */
export const MAX_LABEL_LENGTH = 255

/** A record of BIP 329 that a wallet here keeps: the name of a transaction, or whether an output may be spent. */
type LabelRecord =
  | { readonly type: 'tx'; readonly txid: Txid; readonly label: string | undefined }
  | { readonly type: 'output'; readonly outpoint: OutPoint; readonly spendable: boolean | undefined }

/** The wallet's names and locked coins as BIP 329 writes them: one JSON object per line. */
export function exportLabels(state: WalletState): string {
  const { labels, locked } = state.contents()
  const display = (internal: string): string => hashToDisplay(hexToBytes(internal))
  const names = [...labels].map(([txid, label]) => ({ type: 'tx', ref: display(txid), label }))
  const locks = [...locked].map((id) => {
    const [txid = '', index = ''] = id.split(':')
    return { type: 'output', ref: `${display(txid)}:${index}`, spendable: false }
  })
  return [...names, ...locks].map((record) => `${JSON.stringify(record)}\n`).join('')
}

const fail = (line: number, what: string): never => {
  throw new DecodeError('bad-labels', `line ${line}: ${what}`)
}

function parseJson(text: string, line: number): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fail(line, 'not JSON')
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : fail(line, 'no JSON object')
}

function parseTxid(text: string, line: number): Txid {
  const txid = decodeDisplayHash<Txid>(text)
  return txid.ok ? txid.value : fail(line, `'${text}' is no transaction id`)
}

/** A record; undefined for one of a type that is not kept here. */
function parseRecord(text: string, line: number): LabelRecord | undefined {
  const { type, ref, label, spendable } = parseJson(text, line)
  if (typeof type !== 'string' || typeof ref !== 'string') return fail(line, 'type or ref is missing')
  if (label !== undefined && typeof label !== 'string') return fail(line, 'label is no text')
  if (spendable !== undefined && typeof spendable !== 'boolean')
    return fail(line, 'spendable is neither true nor false')
  if (type === 'tx') {
    return { type, txid: parseTxid(ref, line), label: label && [...label].slice(0, MAX_LABEL_LENGTH).join('') }
  }
  if (type !== 'output') return undefined
  const match = /^([0-9a-fA-F]{64}):(\d{1,9})$/.exec(ref)
  if (!match) return fail(line, `'${ref}' is no output`)
  return { type, outpoint: { txid: parseTxid(match[1]!, line), index: Number(match[2]) }, spendable }
}

/**
 * Takes over names and locks from a file of BIP 329; what a record leaves out stays as it is. Returns how many records
 * were taken and how many of other types left. Violation `bad-labels`: then nothing is changed.
 */
export function importLabels(
  state: WalletState,
  text: string,
): Result<{ readonly taken: number; readonly left: number }, DecodeError> {
  return tryDecode(() => {
    const lines = text.split('\n').map((line, i) => [line.trim(), i + 1] as const)
    const records = lines.filter(([line]) => line !== '').map(([line, number]) => parseRecord(line, number))
    let taken = 0
    for (const record of records) {
      if (!record) continue
      taken++
      if (record.type === 'tx') {
        if (record.label !== undefined) state.setLabel(record.txid, record.label)
      } else if (record.spendable !== undefined) {
        state.setLocked(record.outpoint, !record.spendable)
      }
    }
    return { taken, left: records.length - taken }
  })
}
