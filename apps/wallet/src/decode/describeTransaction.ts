import { bytesToHex } from '@ply/bytes'
import {
  computeTxid,
  computeWtxid,
  encodeAddress,
  hashToDisplay,
  isCoinbase,
  type NetworkParameters,
  totalSize,
  type Transaction,
  transactionWeight,
  virtualSize,
} from '@ply/primitives'
import { classifyOutput, scriptToAsm } from '@ply/script'
import { formatSats } from '../format/amount.ts'
import { formatFields, formatTable } from '../format/table.ts'

/** A transaction's own contents as JSON. */
export function describeTransaction(tx: Transaction, network: NetworkParameters) {
  return {
    txid: hashToDisplay(computeTxid(tx)),
    wtxid: hashToDisplay(computeWtxid(tx)),
    version: tx.version,
    locktime: tx.lockTime,
    size: totalSize(tx),
    vsize: virtualSize(tx),
    weight: transactionWeight(tx),
    inputs: tx.inputs.map((input) => ({
      ...(isCoinbase(tx)
        ? { coinbase: bytesToHex(input.scriptSig) }
        : {
            txid: hashToDisplay(input.prevout.txid),
            vout: input.prevout.index,
            script_sig: bytesToHex(input.scriptSig),
          }),
      sequence: input.sequence,
      witness: input.witness.map(bytesToHex),
    })),
    outputs: tx.outputs.map((output) => ({
      amount_sat: output.value as bigint,
      type: classifyOutput(output.scriptPubKey).type,
      address: encodeAddress(output.scriptPubKey, network),
      script: bytesToHex(output.scriptPubKey),
      asm: scriptToAsm(output.scriptPubKey),
    })),
  }
}

/** The same for people. */
export function transactionLines(tx: Transaction, network: NetworkParameters): string[] {
  const described = describeTransaction(tx, network)
  return [
    ...formatFields([
      ['txid', described.txid],
      ['wtxid', described.wtxid === described.txid ? undefined : described.wtxid],
      ['size', `${described.vsize} vB, weight ${described.weight}`],
      ['version', String(described.version)],
      ['lock time', String(described.locktime)],
    ]),
    '',
    ...formatTable(
      [{ title: 'in', align: 'right' }, { title: 'spends' }, { title: 'witness items', align: 'right' }],
      tx.inputs.map((input, i) => [
        String(i),
        isCoinbase(tx) ? 'coinbase' : `${hashToDisplay(input.prevout.txid)}:${input.prevout.index}`,
        String(input.witness.length),
      ]),
    ),
    '',
    ...formatTable(
      [{ title: 'out', align: 'right' }, { title: 'amount', align: 'right' }, { title: 'to' }, { title: 'type' }],
      described.outputs.map((output, i) => [
        String(i),
        formatSats(output.amount_sat),
        output.address ?? output.asm.slice(0, 80),
        output.type,
      ]),
    ),
  ]
}
