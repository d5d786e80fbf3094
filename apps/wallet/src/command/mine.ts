import { decodeAddress } from '@ply/primitives'
import { RPC_ERROR, RpcError } from '@ply/rpc'
import { CliError, usageError } from '../exitCode.ts'
import { formatSats } from '../format/amount.ts'
import { createProgress } from '../format/progress.ts'
import { parseCount } from '../input/amount.ts'
import { connectNode } from '../node/connect.ts'
import { Layer1Node } from '../node/layer1.ts'
import { printResult, type Session } from '../session.ts'
import { withSyncedWallet, withWallet } from '../wallet/open.ts'

/** Blocks per call: few enough to show progress, many enough to be quick. */
const CHUNK = 25

function checkAddress(session: Session, address: string): string {
  const decoded = decodeAddress(address, session.options.network)
  if (!decoded.ok) throw usageError(`'${address}' is no ${session.options.network.name} address`)
  return address
}

async function mineTo(session: Session, node: Layer1Node, count: number, address: string): Promise<string[]> {
  const progress = createProgress(session, 'mining')
  const hashes: string[] = []
  try {
    while (hashes.length < count) {
      const chunk = Math.min(CHUNK, count - hashes.length)
      const mined = await node.call('generatetoaddress', [chunk, address])
      if (mined.items.length === 0) throw new CliError('the node mined nothing')
      hashes.push(...mined.items.map((item) => item.text))
      progress.update(hashes.length, count)
    }
  } finally {
    progress.end()
  }
  return hashes
}

export async function mine(session: Session, countText: string, options: { readonly to?: string }): Promise<void> {
  const count = parseCount(countText, 'the number of blocks', { min: 1, max: 1_000_000 })
  const { bold, dim } = session.style
  if (options.to !== undefined) {
    const address = checkAddress(session, options.to)
    const client = connectNode(session.options)
    try {
      const node = new Layer1Node(client)
      const hashes = await mineTo(session, node, count, address)
      const { height } = await node.chainInfo()
      printResult(session, { blocks: hashes, height, address }, () => [
        `mined ${bold(String(count))} to ${address}, height ${height}`,
      ])
    } finally {
      client.close()
    }
    return
  }
  const { address } = await withWallet(session, ({ state }) => state.nextAddress())
  const client = connectNode(session.options)
  let hashes: string[]
  try {
    hashes = await mineTo(session, new Layer1Node(client), count, address)
  } finally {
    client.close()
  }
  await withSyncedWallet(session, ({ state }) => {
    const balance = state.balance()
    printResult(
      session,
      {
        blocks: hashes,
        height: state.height,
        address,
        spendable_sat: balance.spendable,
        immature_sat: balance.immature,
      },
      () => [
        `mined ${bold(String(count))} to ${address}, height ${state.height}`,
        dim(`spendable ${formatSats(balance.spendable)}, immature ${formatSats(balance.immature)}`),
      ],
    )
    return Promise.resolve()
  })
}

export async function reorg(
  session: Session,
  depthText: string,
  options: { readonly length?: string; readonly to?: string },
): Promise<void> {
  const depth = parseCount(depthText, 'the depth', { min: 1, max: 10_000 })
  const length =
    options.length === undefined ? depth + 1 : parseCount(options.length, '--length', { min: 1, max: 10_000 })
  if (length <= depth) throw usageError(`--length must be more than ${depth}: nodes follow the chain with more work`)
  const address =
    options.to === undefined
      ? (await withWallet(session, ({ state }) => state.nextAddress())).address
      : checkAddress(session, options.to)
  const client = connectNode(session.options)
  try {
    const node = new Layer1Node(client)
    const done = await node.call('reorg', { depth, length, address }).catch((error: unknown) => {
      if (!(error instanceof RpcError) || error.code !== RPC_ERROR.methodNotFound) throw error
      throw new CliError("this node has no method 'reorg': it is not plyd")
    })
    const disconnected = done.get('disconnected').items.map((item) => item.text)
    const connected = done.get('connected').items.map((item) => item.text)
    const { height } = await node.chainInfo()
    printResult(session, { disconnected, connected, height }, () => [
      `${disconnected.length} blocks off, ${connected.length} on, height ${height}`,
      ...disconnected.map((hash) => session.style.red(`- ${hash}`)),
      ...connected.map((hash) => session.style.green(`+ ${hash}`)),
    ])
  } finally {
    client.close()
  }
}
