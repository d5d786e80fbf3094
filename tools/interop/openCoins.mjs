import { createHash } from 'node:crypto'

const FEE = 10_000n
/** P2WSH of OP_TRUE: standard outputs that need no key. */
const WITNESS_SCRIPT = Buffer.from('51', 'hex')
const SCRIPT = Buffer.concat([Buffer.from('0020', 'hex'), createHash('sha256').update(WITNESS_SCRIPT).digest()])

const u32 = (value) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const u64 = (value) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

/** Spends one open output (value in satoshi) to `parts` others, at most 252, less a fee for each. */
export function spend({ txid, vout, value }, parts = 1) {
  const output = Buffer.concat([u64(value / BigInt(parts) - FEE), Buffer.from([SCRIPT.length]), SCRIPT])
  return Buffer.concat([
    u32(2),
    Buffer.from([0, 1, 1]),
    Buffer.from(txid, 'hex').reverse(),
    u32(vout),
    Buffer.from([0]),
    u32(0xfffffffd),
    Buffer.from([parts]),
    ...Array.from({ length: parts }, () => output),
    Buffer.from([1, 1]),
    WITNESS_SCRIPT,
    u32(0),
  ]).toString('hex')
}

/** Mines to open outputs, or to another descriptor. Resolves with the hashes. */
export async function mine(node, count, to = `raw(${SCRIPT.toString('hex')})`) {
  const { descriptor } = await node.call('getdescriptorinfo', to)
  return node.call('generatetodescriptor', count, descriptor)
}

/** The coinbase output of the block at a height. */
export async function coinbase(node, height) {
  const block = await node.call('getblock', await node.call('getblockhash', height), 2)
  const [{ txid, vout }] = block.tx
  return { txid, vout: 0, value: BigInt(Math.round(vout[0].value * 1e8)) }
}
