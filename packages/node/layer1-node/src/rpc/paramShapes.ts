// What is in lists and objects that several methods take.
import { schema } from '@ply/rpc'

const { amount, bool, cases, hex, integer, list, mapOf, maybe, record, text, time } = schema

export const TEXTS = list(text())
export const TXIDS = list(hex('A txid.'))
export const BLOCK_HASHES = list(hex('The hash of a block.'))
export const HEX_TRANSACTIONS = list(hex('A transaction.'))
export const PSBTS = list(text('A PSBT in base64.'))
export const PUBLIC_KEYS = list(hex('A public key.'))
export const SECRET_KEYS = list(text('A secret key (WIF).'))
export const ADDRESSES = list(text('An address.'))

const outpoint = { txid: hex(), vout: integer('Index of the output.') }
export const OUTPOINTS = list(record(outpoint))
export const INPUTS = list(
  record({ ...outpoint, sequence: maybe(integer()), weight: maybe(integer('Of the input, signed.')) }),
)

const payments = mapOf('address', amount('Bitcoins; under "data", hexadecimal data instead.'))
export const OUTPUTS = cases({ 'in this order': list(payments), 'in any order': payments })
export const AMOUNTS = mapOf('address', amount())

export const PREVIOUS_OUTPUTS = list(
  record({
    ...outpoint,
    scriptPubKey: hex(),
    redeemScript: maybe(hex()),
    witnessScript: maybe(hex()),
    amount: maybe(amount('Needed for witnesses.')),
  }),
)

const range = cases({ end: integer(), 'begin and end': list(integer()) })
/** Descriptors, some with the indexes that are meant. */
export const SCAN_OBJECTS = list(
  cases({ 'a descriptor': text(), 'and its range': record({ desc: text(), range: maybe(range) }) }),
)

export const IMPORTS = list(
  record({
    desc: text('The descriptor.'),
    timestamp: cases({ 'since when it is used': time(), 'it is new': text('now') }),
    active: maybe(bool('Give out its addresses.')),
    range: maybe(range),
    next_index: maybe(integer('The first that was not given out.')),
    internal: maybe(bool('For change.')),
    label: maybe(text()),
  }),
)

export const TEMPLATE_REQUEST = record({
  mode: maybe(text('template, or proposal.')),
  capabilities: maybe(TEXTS),
  rules: TEXTS,
  longpollid: maybe(text('Answer when the template of this id is out of date.')),
  data: maybe(hex('The proposed block.')),
})

export const RECIPIENTS = list(cases({ 'a share': text('Address.'), 'an amount': payments }))
