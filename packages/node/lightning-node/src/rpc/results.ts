import { schema, type Schema } from '@ply/rpc'

const { bool, cases, hex, integer, list, maybe, record, text, time } = schema

const msat = integer('Millisatoshi.')
const nodeId = hex('Node id.')
const channelId = hex('Channel id.')
const shortChannelId = text('Block, transaction and output of the funding: 103x1x0.')

const payment = {
  payment_hash: hex(),
  payment_preimage: maybe(hex('The proof of payment.')),
  status: text('pending, complete or failed.'),
  destination: maybe(nodeId),
  bolt11: maybe(text('The invoice.')),
  created_at: time(),
  amount_msat: msat,
  amount_sent_msat: integer('Millisatoshi, with fees.'),
  attempts: integer(),
  failure: maybe(text()),
}
const paid = record({ ...payment, parts: integer() })

const invoice = record({
  label: maybe(text()),
  bolt11: text('The invoice.'),
  payment_hash: hex(),
  amount_msat: maybe(msat),
  status: text('unpaid, paid or expired.'),
  description: maybe(text()),
  created_at: time(),
  expires_at: time(),
  amount_received_msat: maybe(msat),
})

const feerates = record({ min_acceptable: integer(), opening: integer(), unilateral_close: integer() })

const channel = record({
  peer_id: nodeId,
  peer_connected: bool(),
  channel_id: channelId,
  short_channel_id: maybe(shortChannelId),
  state: text(),
  usable: bool('Whether payments can go through now.'),
  opener: text('local or remote.'),
  private: bool('Not told to the network.'),
  funding_txid: maybe(hex()),
  funding_outnum: maybe(integer()),
  total_msat: msat,
  to_us_msat: msat,
  to_them_msat: msat,
  in_flight_out_msat: msat,
  in_flight_in_msat: msat,
  spendable_msat: integer('Millisatoshi that we could send now.'),
  receivable_msat: integer('Millisatoshi that we could be sent now.'),
})

const direction = record({
  source: nodeId,
  destination: nodeId,
  short_channel_id: shortChannelId,
  direction: integer('0 from the lesser node id, 1 from the greater.'),
  public: bool(),
  amount_msat: integer('Millisatoshi that the channel holds.'),
  message_flags: integer(),
  channel_flags: integer(),
  active: bool(),
  last_update: time(),
  base_fee_millisatoshi: integer(),
  fee_per_millionth: integer(),
  delay: integer('Blocks.'),
  htlc_minimum_msat: msat,
  htlc_maximum_msat: msat,
})

const address = record({ type: text('ipv4, ipv6, torv3 or dns.'), address: text(), port: integer() })

/** What every method of a Lightning node answers, by its name. */
export const LIGHTNING_RESULTS = {
  getinfo: record({
    id: nodeId,
    alias: text(),
    color: hex(),
    num_peers: integer(),
    num_pending_channels: integer(),
    num_active_channels: integer(),
    num_inactive_channels: integer(),
    binding: list(address),
    version: text(),
    blockheight: integer(),
    network: text(),
  }),
  feerates: cases({
    'style = perkw': record({ perkw: feerates }),
    'style = perkb': record({ perkb: feerates }),
  }),
  newaddr: record({ bech32: maybe(text()), p2tr: maybe(text()) }),
  listfunds: record({
    outputs: list(
      record({
        txid: hex(),
        output: integer(),
        amount_msat: msat,
        scriptpubkey: hex(),
        address: maybe(text()),
        status: text('unconfirmed, confirmed or immature.'),
        blockheight: maybe(integer()),
        reserved: bool(),
      }),
    ),
    channels: list(
      record({
        peer_id: nodeId,
        connected: bool(),
        state: text(),
        channel_id: channelId,
        short_channel_id: maybe(shortChannelId),
        our_amount_msat: msat,
        amount_msat: msat,
        funding_txid: maybe(hex()),
        funding_output: maybe(integer()),
      }),
    ),
  }),
  withdraw: record({ tx: hex('The transaction.'), txid: hex() }),
  connect: record({ id: nodeId, direction: text(), address: text() }),
  disconnect: record({}),
  listpeers: record({
    peers: list(record({ id: nodeId, connected: bool(), num_channels: integer(), netaddr: list(text()) })),
  }),
  fundchannel: record({ txid: hex('The funding transaction.'), outnum: integer(), channel_id: channelId }),
  listpeerchannels: record({ channels: list(channel) }),
  close: record({
    type: text('mutual or unilateral.'),
    channel_id: channelId,
    txid: maybe(hex('The transaction that ends the channel.')),
  }),
  setchannel: record({ channel_id: channelId }),
  invoice: record({ payment_hash: hex(), expires_at: time(), bolt11: text('The invoice.') }),
  listinvoices: record({ invoices: list(invoice) }),
  waitinvoice: invoice,
  pay: paid,
  keysend: paid,
  listpays: record({ pays: list(record(payment)) }),
  listchannels: record({ channels: list(direction) }),
  listnodes: record({
    nodes: list(
      record({
        nodeid: nodeId,
        alias: maybe(text()),
        color: maybe(hex()),
        last_timestamp: maybe(time()),
        features: maybe(hex()),
        addresses: maybe(list(address)),
      }),
    ),
  }),
  decode: record({
    type: text(),
    valid: bool(),
    currency: text(),
    created_at: time(),
    expiry: integer('Seconds.'),
    payee: nodeId,
    amount_msat: maybe(msat),
    description: maybe(text()),
    description_hash: maybe(hex()),
    min_final_cltv_expiry: integer('Blocks.'),
    payment_hash: hex(),
    payment_secret: hex(),
    payment_metadata: maybe(hex()),
    features: hex(),
    fallbacks: maybe(list(record({ addr: maybe(text()) }))),
    routes: maybe(
      list(
        list(
          record({
            pubkey: nodeId,
            short_channel_id: shortChannelId,
            fee_base_msat: integer(),
            fee_proportional_millionths: integer(),
            cltv_expiry_delta: integer(),
          }),
        ),
      ),
    ),
    signature: hex(),
  }),
} satisfies Readonly<Record<string, Schema>>

export type LightningMethod = keyof typeof LIGHTNING_RESULTS
