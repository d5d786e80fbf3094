import { formatMsats } from '../format/amount.ts'
import { formatFields, formatTable } from '../format/table.ts'
import { ensureConnected, parsePeer } from '../lightning/peer.ts'
import { connectNode } from '../node/connect.ts'
import { listLightning, withLightning } from '../node/lightning.ts'
import { Reply } from '../node/reply.ts'
import { printResult, type Session } from '../session.ts'

export async function lnNodes(session: Session): Promise<void> {
  const entries = await listLightning(session)
  printResult(
    session,
    entries.map((entry) => ({ ...entry })),
    () =>
      entries.length === 0
        ? ["no Lightning node runs: start one with 'ply ln start NAME'"]
        : formatTable(
            [{ title: 'name' }, { title: 'id' }, { title: 'address' }],
            entries.map(({ name, id, address }) => [name, id, address]),
          ),
  )
}

export async function lnStart(session: Session, name: string): Promise<void> {
  const client = connectNode(session.options)
  try {
    const started = new Reply('startlightning', await client.call('startlightning', { name }))
    printResult(session, started.value, () => [
      `${session.style.bold(name)} runs: ${started.optional('id') ?? ''} ${started.optional('address') ?? ''}`.trimEnd(),
    ])
  } finally {
    client.close()
  }
}

export async function lnInfo(session: Session): Promise<void> {
  await withLightning(session, async (node) => {
    const info = await node.call('getinfo')
    const entry = node.find(node.name)
    printResult(session, info.value, () =>
      formatFields([
        ['name', session.style.bold(node.name)],
        ['id', info.get('id').text],
        ['alias', info.optional('alias')],
        ['reach it at', entry && entry.address !== '' ? `${entry.id}@${entry.address}` : undefined],
        ['peers', info.optional('num_peers')],
        [
          'channels',
          `${info.optional('num_active_channels') ?? '0'} active, ${info.optional('num_pending_channels') ?? '0'} pending`,
        ],
        ['height', info.optional('blockheight')],
        ['network', info.optional('network')],
      ]),
    )
  })
}

export async function lnAddress(session: Session, options: { readonly type: string }): Promise<void> {
  await withLightning(session, async (node) => {
    const answer = await node.call('newaddr', { addresstype: options.type === 'p2wpkh' ? 'bech32' : options.type })
    const address = answer.optional('bech32') ?? answer.optional('p2tr') ?? ''
    printResult(session, { address }, () => [address])
  })
}

export async function lnBalance(session: Session): Promise<void> {
  await withLightning(session, async (node) => {
    const funds = await node.call('listfunds')
    let [confirmed, pending] = [0n, 0n]
    for (const output of funds.get('outputs').items) {
      const amount = output.get('amount_msat').integer
      if (output.optional('status') === 'confirmed') confirmed += amount
      else pending += amount
    }
    const channels = (await node.call('listpeerchannels')).get('channels').items
    const sum = (name: string): bigint =>
      channels.reduce((total, channel) => total + (channel.has(name) ? channel.get(name).integer : 0n), 0n)
    const [local, spendable, receivable] = [sum('to_us_msat'), sum('spendable_msat'), sum('receivable_msat')]
    const json = {
      onchain_confirmed_msat: confirmed,
      onchain_pending_msat: pending,
      channels_msat: local,
      spendable_msat: spendable,
      receivable_msat: receivable,
      total_msat: confirmed + pending + local,
    }
    printResult(session, json, () => {
      const rows: [string, bigint][] = [
        ['on chain', confirmed],
        ['on chain, pending', pending],
        ['in channels', local],
        ['total', confirmed + pending + local],
        ['can send', spendable],
        ['can receive', receivable],
      ]
      const [, ...lines] = formatTable(
        [{ title: '' }, { title: '', align: 'right' }],
        rows.map(([name, amount]) => [name, formatMsats(amount)]),
      )
      return lines
    })
  })
}

export async function lnConnect(session: Session, target: string): Promise<void> {
  await withLightning(session, async (node) => {
    const peer = parsePeer(node, target)
    await ensureConnected(node, peer)
    printResult(session, { id: peer.id, address: peer.address }, () => [`connected to ${node.nameOf(peer.id)}`])
  })
}

export async function lnPeers(session: Session): Promise<void> {
  await withLightning(session, async (node) => {
    const peers = (await node.call('listpeers')).get('peers')
    printResult(session, peers.value, () =>
      peers.items.length === 0
        ? ['no peers']
        : formatTable(
            [
              { title: 'name' },
              { title: 'id' },
              { title: '' },
              { title: 'channels', align: 'right' },
              { title: 'address' },
            ],
            peers.items.map((peer) => [
              node.find(peer.get('id').text)?.name ?? '',
              peer.get('id').text,
              peer.get('connected').value === true ? session.style.green('connected') : session.style.dim('away'),
              peer.optional('num_channels') ?? '',
              peer.has('netaddr')
                ? peer
                    .get('netaddr')
                    .items.map((item) => item.text)
                    .join(' ')
                : '',
            ]),
          ),
    )
  })
}

export async function lnGraph(session: Session): Promise<void> {
  await withLightning(session, async (node) => {
    const [channels, nodes] = [
      (await node.call('listchannels')).get('channels'),
      (await node.call('listnodes')).get('nodes'),
    ]
    const aliases = new Map(nodes.items.map((item) => [item.get('nodeid').text, item.optional('alias')]))
    const name = (id: string): string => node.find(id)?.name ?? aliases.get(id) ?? node.nameOf(id)
    printResult(session, { nodes: nodes.value, channels: channels.value }, () => [
      `${nodes.items.length} nodes, ${channels.items.length} channel directions`,
      ...formatTable(
        [
          { title: 'channel' },
          { title: 'from' },
          { title: 'to' },
          { title: 'capacity', align: 'right' },
          { title: 'base fee', align: 'right' },
          { title: 'ppm', align: 'right' },
          { title: 'cltv', align: 'right' },
        ],
        channels.items.map((channel) => [
          channel.get('short_channel_id').text,
          name(channel.get('source').text),
          name(channel.get('destination').text),
          formatMsats(channel.get('amount_msat').integer),
          channel.optional('base_fee_millisatoshi') ?? '',
          channel.optional('fee_per_millionth') ?? '',
          channel.optional('delay') ?? '',
        ]),
      ),
    ])
  })
}
