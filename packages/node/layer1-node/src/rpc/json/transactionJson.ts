import { withEncoding } from '@ply/bytes'
import type { Coin } from '@ply/consensus'
import {
  computeTxid,
  computeWtxid,
  formatBtc,
  isCoinbase,
  type NetworkParameters,
  strippedSize,
  totalSize,
  type Transaction,
  type TxInput,
  type TxOutput,
  WITNESS_SCALE_FACTOR,
  writeTransaction,
} from '@ply/primitives'
import { type JsonText, JsonWriter } from '@ply/rpc'
import { scriptToAsm } from '@ply/script'
import { writeScriptPubKey } from './scriptJson.ts'

export interface TransactionJsonOptions {
  readonly network: NetworkParameters
  /** The coins that the inputs spend, where known: they give the fee. */
  readonly coins?: readonly Coin[] | undefined
  /** Show those coins too. */
  readonly prevouts?: boolean
  readonly hex?: boolean
  /** Which outputs a wallet shows as its change. */
  isChange?(output: TxOutput): boolean
}

function writeSource(writer: JsonWriter, { prevout, scriptSig }: TxInput): void {
  writer.text('{"txid":"').hash(prevout.txid).text('","vout":').integer(prevout.index)
  writer.text(',"scriptSig":{"asm":"').text(scriptToAsm(scriptSig, true)).text('","hex":"').hex(scriptSig).text('"}')
}

function writeWitness(writer: JsonWriter, witness: readonly Uint8Array[]): void {
  if (witness.length === 0) return
  writer.text(',"txinwitness":[')
  witness.forEach((item, i) =>
    writer
      .text(i === 0 ? '"' : ',"')
      .hex(item)
      .text('"'),
  )
  writer.text(']')
}

function writeCoin(writer: JsonWriter, { isCoinbase, height, output }: Coin, network: NetworkParameters): void {
  writer.text(isCoinbase ? ',"prevout":{"generated":true' : ',"prevout":{"generated":false')
  writer.text(',"height":').integer(height).text(',"value":').text(formatBtc(output.value)).text(',"scriptPubKey":')
  writeScriptPubKey(writer, output.scriptPubKey, { network })
  writer.text('}')
}

function writeInputs(writer: JsonWriter, tx: Transaction, { network, coins, prevouts }: TransactionJsonOptions): void {
  const coinbase = isCoinbase(tx)
  tx.inputs.forEach((input, i) => {
    if (i > 0) writer.text(',')
    if (coinbase) writer.text('{"coinbase":"').hex(input.scriptSig).text('"')
    else writeSource(writer, input)
    writeWitness(writer, input.witness)
    const coin = prevouts && !coinbase ? coins?.[i] : undefined
    if (coin) writeCoin(writer, coin, network)
    writer.text(',"sequence":').integer(input.sequence).text('}')
  })
}

function writeOutputs(writer: JsonWriter, outputs: readonly TxOutput[], options: TransactionJsonOptions): void {
  const { network } = options
  outputs.forEach((output, n) => {
    const { value, scriptPubKey } = output
    writer
      .text(n === 0 ? '{"value":' : ',{"value":')
      .text(formatBtc(value))
      .text(',"n":')
      .integer(n)
    writer.text(',"scriptPubKey":')
    writeScriptPubKey(writer, scriptPubKey, { network })
    writer.text(options.isChange?.(output) ? ',"ischange":true}' : '}')
  })
}

const sum = (outputs: readonly TxOutput[]): bigint => outputs.reduce((total, { value }) => total + value, 0n)

/** Writes a transaction as Bitcoin Core shows it. */
export function writeTransactionJson(writer: JsonWriter, tx: Transaction, options: TransactionJsonOptions): void {
  const { coins, hex = true } = options
  const total = totalSize(tx)
  const weight = strippedSize(tx) * (WITNESS_SCALE_FACTOR - 1) + total
  writer.text('{"txid":"').hash(computeTxid(tx)).text('","hash":"').hash(computeWtxid(tx))
  writer.text('","version":').integer(tx.version).text(',"size":').integer(total)
  writer
    .text(',"vsize":')
    .integer(Math.ceil(weight / WITNESS_SCALE_FACTOR))
    .text(',"weight":')
    .integer(weight)
  writer.text(',"locktime":').integer(tx.lockTime).text(',"vin":[')
  writeInputs(writer, tx, options)
  writer.text('],"vout":[')
  writeOutputs(writer, tx.outputs, options)
  writer.text(']')
  if (coins) writer.text(',"fee":').text(formatBtc(sum(coins.map(({ output }) => output)) - sum(tx.outputs)))
  if (hex) {
    writer.text(',"hex":"')
    withEncoding(
      (encoding) => writeTransaction(encoding, tx),
      (bytes) => writer.hex(bytes),
    )
    writer.text('"')
  }
  writer.text('}')
}

/** A transaction as Bitcoin Core shows it. */
export function transactionJson(tx: Transaction, options: TransactionJsonOptions): JsonText {
  const writer = new JsonWriter()
  writeTransactionJson(writer, tx, options)
  return writer.finish()
}
