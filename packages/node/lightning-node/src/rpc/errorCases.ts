import { errorCase, RPC_ERROR, type RpcErrorCase } from '@ply/rpc'
import {
  ALREADY_PAID,
  CLOSE_PENDING,
  CONNECT_FAILED,
  FUNDING_FAILED,
  INSUFFICIENT_FUNDS,
  INVOICE_EXPIRED,
  LABEL_TAKEN,
  PAY_FAILED,
  PAY_IN_PROGRESS,
  PREIMAGE_TAKEN,
  ROUTE_NOT_FOUND,
  UNKNOWN_PEER,
} from './errors.ts'
import type { LightningMethod } from './results.ts'

const BAD_ARGUMENT = errorCase('invalidParams', 'The name of an argument, and what it should be.')
const BAD_INVOICE = errorCase('invalidParams', 'Invalid bolt11: …')
const BAD_AMOUNT = errorCase('invalidParams', 'The amount is missing, or not one that can be sent.')
const BAD_CHANNEL = errorCase('invalidParams', 'No such channel.')
const NO_PEER: RpcErrorCase = { code: UNKNOWN_PEER, message: 'The peer is not known, not connected, or has channels.' }
const NO_LABEL: RpcErrorCase = { code: RPC_ERROR.misc, message: "Unknown invoice: no label '…'" }
const TOO_FEW_COINS: RpcErrorCase = { code: INSUFFICIENT_FUNDS, message: 'The on-chain wallet cannot pay it.' }
const PAYMENT: readonly RpcErrorCase[] = [
  BAD_ARGUMENT,
  BAD_AMOUNT,
  { code: ROUTE_NOT_FOUND, message: 'There is no route, or none for this fee.' },
  { code: PAY_FAILED, message: 'Why it failed; `data` is the payment.' },
  { code: PAY_IN_PROGRESS, message: 'the payment is still in flight: see listpays' },
]

/** What callers must reckon with, by method, beside wrong types (-3) and a wrong number of arguments (-1). */
export const LIGHTNING_ERRORS: Readonly<Record<LightningMethod, readonly RpcErrorCase[]>> = {
  getinfo: [],
  feerates: [],
  newaddr: [BAD_ARGUMENT],
  listfunds: [],
  withdraw: [BAD_ARGUMENT, TOO_FEW_COINS, { code: RPC_ERROR.verifyRejected, message: 'the mempool refused: …' }],
  connect: [BAD_ARGUMENT, { code: CONNECT_FAILED, message: 'Nobody answered there, or somebody else.' }],
  disconnect: [BAD_ARGUMENT, NO_PEER],
  listpeers: [BAD_ARGUMENT],
  fundchannel: [
    BAD_ARGUMENT,
    NO_PEER,
    TOO_FEW_COINS,
    { code: FUNDING_FAILED, message: 'The peer refused the channel, or we do.' },
  ],
  listpeerchannels: [BAD_ARGUMENT],
  close: [
    BAD_ARGUMENT,
    BAD_CHANNEL,
    { code: FUNDING_FAILED, message: 'The channel is not in a state to be closed.' },
    { code: CLOSE_PENDING, message: 'the channel is still closing' },
  ],
  setchannel: [
    BAD_ARGUMENT,
    BAD_CHANNEL,
    { code: FUNDING_FAILED, message: 'The channel is not in a state to be changed.' },
  ],
  invoice: [
    BAD_ARGUMENT,
    { code: LABEL_TAKEN, message: "Duplicate label '…'" },
    { code: PREIMAGE_TAKEN, message: 'There is an invoice with this preimage.' },
  ],
  listinvoices: [],
  waitinvoice: [NO_LABEL],
  pay: [
    ...PAYMENT,
    BAD_INVOICE,
    { code: ALREADY_PAID, message: 'It was paid before.' },
    { code: INVOICE_EXPIRED, message: 'The invoice has expired.' },
  ],
  keysend: PAYMENT,
  listpays: [],
  listchannels: [],
  listnodes: [],
  decode: [BAD_INVOICE],
}
