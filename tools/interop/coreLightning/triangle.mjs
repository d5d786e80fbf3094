import { until } from '../../daemons/rpcClient.mjs'
import { pay } from './payments.mjs'

/** A channel from alice to ply and one from ply to bob, with something on either side. */
export async function link(network, { ply, alice, bob }) {
  const incoming = await network.open(alice, ply, { pushMsat: 300_000_000 })
  const outgoing = await network.open(ply, bob, { pushMsat: 300_000_000 })
  await until('alice to know the way', async () => {
    const { channels } = await alice.call('listchannels', { source: ply.id })
    return channels.some(({ destination }) => destination === bob.id)
  })
  await pay(alice, bob, 10_000_000)
  return { incoming, outgoing }
}

/** Closes what is still open, together, and mines until nobody has anything of a channel left on chain. */
export async function sweep(network, nodes) {
  const [ply] = nodes
  for (const { channel_id: id, state } of (await ply.call('listpeerchannels')).channels) {
    if (state === 'normal') await ply.call('close', { id })
  }
  await network.mineUntil('the channels to end', () => ended(nodes))
}

/** Whether no channel of a node has anything to wait for. */
export async function ended(nodes) {
  const left = await Promise.all(nodes.map((node) => node.call('listpeerchannels')))
  return left.every(({ channels }) => channels.every(({ state }) => state === 'closed'))
}
