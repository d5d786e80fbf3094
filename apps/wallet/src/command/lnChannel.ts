import { CliError, EXIT } from '../exitCode.ts'
import { formatMsats, formatSats } from '../format/amount.ts'
import { formatFields, formatTable } from '../format/table.ts'
import { parseDuration, parseFeeRate, parseMsats, parseSats } from '../input/amount.ts'
import { ensureConnected, parsePeer } from '../lightning/peer.ts'
import { type LightningNode, withLightning } from '../node/lightning.ts'
import type { Reply } from '../node/reply.ts'
import { printResult, type Session } from '../session.ts'

export interface OpenOptions {
  readonly push?: string
  readonly fee?: string
  readonly private?: boolean
  readonly wait?: string | true
}

const POLL_MS = 200
const DEFAULT_WAIT_SECONDS = 60

const channelsOf = async (node: LightningNode): Promise<Reply[]> =>
  (await node.call('listpeerchannels')).get('channels').items

/** Waits until the channel can carry payments; a channel that does not get there in time is a timeout. */
async function waitUntilUsable(
  session: Session,
  node: LightningNode,
  channelId: string,
  seconds: number,
): Promise<void> {
  const end = session.io.now() + seconds * 1000
  for (;;) {
    const channel = (await channelsOf(node)).find((candidate) => candidate.optional('channel_id') === channelId)
    if (channel?.object['usable'] === true || channel?.optional('state') === 'CHANNELD_NORMAL') return
    if (session.io.now() > end) {
      throw new CliError(`channel ${channelId} is not usable after ${seconds} s: are blocks being mined?`, EXIT.timeout)
    }
    await session.io.sleep(POLL_MS)
  }
}

export async function lnOpen(
  session: Session,
  target: string,
  amountText: string,
  options: OpenOptions,
): Promise<void> {
  const amount = parseSats(amountText)
  const push = options.push === undefined ? undefined : parseMsats(options.push)
  const feeRate = options.fee === undefined ? undefined : parseFeeRate(options.fee)
  const wait =
    options.wait === undefined ? undefined : options.wait === true ? DEFAULT_WAIT_SECONDS : parseDuration(options.wait)
  await withLightning(session, async (node) => {
    const peer = parsePeer(node, target)
    await ensureConnected(node, peer)
    const opened = await node.call('fundchannel', {
      id: peer.id,
      amount,
      announce: options.private !== true,
      push_msat: push,
      feerate: feeRate === undefined ? undefined : `${feeRate}perkb`,
    })
    const channelId = opened.get('channel_id').text
    if (wait !== undefined) await waitUntilUsable(session, node, channelId, wait)
    printResult(session, { ...opened.object, amount_sat: amount, push_msat: push }, () => [
      ...formatFields([
        ['channel', session.style.bold(channelId)],
        ['with', node.nameOf(peer.id)],
        ['capacity', formatSats(amount)],
        ['given', push === undefined ? undefined : formatMsats(push)],
        ['funding', `${opened.get('txid').text}:${opened.optional('outnum') ?? ''}`],
      ]),
      ...(wait === undefined ? [session.style.dim('usable when the funding transaction has its confirmations')] : []),
    ])
  })
}

export async function lnChannels(session: Session): Promise<void> {
  await withLightning(session, async (node) => {
    const channels = await channelsOf(node)
    const amount = (channel: Reply, name: string): string =>
      channel.has(name) ? formatMsats(channel.get(name).integer) : ''
    printResult(
      session,
      channels.map((channel) => channel.value),
      () =>
        channels.length === 0
          ? ["no channels: open one with 'ply ln open PEER AMOUNT'"]
          : formatTable(
              [
                { title: 'peer' },
                { title: 'channel' },
                { title: 'state' },
                { title: 'capacity', align: 'right' },
                { title: 'ours', align: 'right' },
                { title: 'can send', align: 'right' },
                { title: 'can receive', align: 'right' },
              ],
              channels.map((channel) => [
                node.nameOf(channel.get('peer_id').text),
                channel.optional('short_channel_id') ?? (channel.optional('channel_id') ?? '').slice(0, 16),
                channel.object['usable'] === true
                  ? session.style.green(channel.get('state').text)
                  : session.style.yellow(channel.get('state').text),
                amount(channel, 'total_msat'),
                amount(channel, 'to_us_msat'),
                amount(channel, 'spendable_msat'),
                amount(channel, 'receivable_msat'),
              ]),
            ),
    )
  })
}

export interface CloseOptions {
  readonly force?: boolean
  readonly timeout?: string
}

export async function lnClose(session: Session, target: string, options: CloseOptions): Promise<void> {
  const timeout = options.timeout === undefined ? undefined : parseDuration(options.timeout)
  await withLightning(session, async (node) => {
    // A peer may be named; anything else is a channel for the node to find.
    const id = node.find(target)?.id ?? target
    const closed = await node.call('close', {
      id,
      force: options.force === true ? true : undefined,
      unilateraltimeout: timeout,
    })
    printResult(session, closed.value, () =>
      formatFields([
        ['closed', closed.optional('type') === 'mutual' ? 'together with the peer' : 'alone, by our latest commitment'],
        ['txid', closed.optional('txid')],
      ]),
    )
  })
}
