import {
  decodeBlock,
  type Block,
  blockSizes,
  blockWeight,
  computeBlockHash,
  computeTxid,
  hashToDisplay,
} from '@ply/primitives'
import { decodeHex } from '@ply/bytes'
import { CliError, usageError } from '../exitCode.ts'
import { formatFields } from '../format/table.ts'
import { formatTime } from '../format/time.ts'
import { connectNode } from '../node/connect.ts'
import { Layer1Node } from '../node/layer1.ts'
import { printResult, type Session } from '../session.ts'

async function findHash(node: Layer1Node, which: string): Promise<string> {
  if (/^[0-9a-f]{64}$/i.test(which)) return which.toLowerCase()
  if (which === 'latest' || which === 'tip') return (await node.chainInfo()).bestHash
  if (/^\d{1,9}$/.test(which)) return (await node.call('getblockhash', [Number(which)])).text
  throw usageError(`'${which}' is no block: give a height, a hash or 'latest'`)
}

export async function block(session: Session, which: string): Promise<void> {
  const client = connectNode(session.options)
  try {
    const node = new Layer1Node(client)
    const hash = await findHash(node, which)
    const [raw, header] = await Promise.all([
      node.call('getblock', [hash, 0]),
      node.call('getblockheader', [hash, true]),
    ])
    const bytes = decodeHex(raw.text)
    const decoded = bytes.ok ? decodeBlock(bytes.value) : bytes
    if (!decoded.ok) throw new CliError(`the node sent a block that does not decode: ${decoded.error.message}`)
    const height = header.get('height').number
    const confirmations = header.get('confirmations').number
    const described = describeBlock(decoded.value)
    printResult(session, { height, confirmations, ...described }, () => [
      ...formatFields([
        ['height', String(height)],
        ['hash', session.style.bold(described.hash)],
        ['previous', described.previous_hash],
        ['merkle root', described.merkle_root],
        ['time', formatTime(described.time)],
        ['confirmations', confirmations < 0 ? session.style.red('not in the active chain') : String(confirmations)],
        ['size', `${described.size} bytes, weight ${described.weight}`],
        ['bits, nonce', `${described.bits}, ${described.nonce}`],
        ['transactions', String(described.txids.length)],
      ]),
      ...described.txids.map((txid) => `  ${txid}`),
    ])
  } finally {
    client.close()
  }
}

/** A block's own contents, for `block` and `decode`. */
export function describeBlock(decoded: Block) {
  const { header } = decoded
  return {
    hash: hashToDisplay(computeBlockHash(header)),
    previous_hash: hashToDisplay(header.previousBlockHash),
    merkle_root: hashToDisplay(header.merkleRoot),
    version: header.version,
    time: header.time,
    bits: header.bits.toString(16).padStart(8, '0'),
    nonce: header.nonce,
    size: blockSizes(decoded).total,
    weight: blockWeight(decoded),
    txids: decoded.transactions.map((tx) => hashToDisplay(computeTxid(tx))),
  }
}
