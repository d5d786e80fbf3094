import { bytesToHex, hexToBytes, utf8ToBytes } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import type { InvoiceView } from '@ply/lightning'
import { type JsonOutput, optional, param, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import { prefixRange, shellKey } from '../engine/storeKeys.ts'
import type { LightningNode } from '../lightningNode.ts'
import { msatArgument } from './amount.ts'
import { answerOf, LABEL_TAKEN } from './errors.ts'
import { waitFor } from './waitFor.ts'

// A label is the user's own name for an invoice. The machine does not need it: it is kept beside the machine's entries.

const LABEL_OF = 'label of'
const NAMED = 'named'
const MAX_LABEL = 256

const namedKey = (label: string): Uint8Array => shellKey(NAMED, sha256(utf8ToBytes(label)))
const labelKey = (paymentHash: string): Uint8Array => shellKey(LABEL_OF, hexToBytes(paymentHash))

const STATUS = { open: 'unpaid', paid: 'paid', expired: 'expired' } as const

function describe(invoice: InvoiceView, label: string | undefined): { readonly [field: string]: JsonOutput } {
  return {
    label,
    bolt11: invoice.invoice,
    payment_hash: invoice.paymentHash,
    amount_msat: invoice.amountMsat,
    status: STATUS[invoice.state],
    description: invoice.description,
    created_at: invoice.createdAt,
    expires_at: invoice.expiresAt,
    amount_received_msat: invoice.state === 'paid' ? invoice.receivedMsat : undefined,
  }
}

async function readLabels(node: LightningNode): Promise<Map<string, string>> {
  const labels = new Map<string, string>()
  for await (const [key, label] of node.store.iterate(prefixRange(shellKey(LABEL_OF)))) {
    labels.set(bytesToHex(key.subarray(-32)), new TextDecoder().decode(label))
  }
  return labels
}

export function invoiceMethods(node: LightningNode): RpcMethod[] {
  const labelsInUse = new Set<string>()
  const invoices = (): readonly InvoiceView[] => node.machine.invoices(Math.floor(node.clock.now() / 1000))

  const findByLabel = async (label: string): Promise<InvoiceView> => {
    const hash = await node.store.get(namedKey(label))
    const invoice = hash && invoices().find(({ paymentHash }) => paymentHash === bytesToHex(hash))
    if (!invoice) throw new RpcError(RPC_ERROR.misc, `Unknown invoice: no label '${label}'`)
    return invoice
  }

  return [
    {
      name: 'invoice',
      group: 'Invoices',
      help: 'Asks for a payment.',
      params: [
        param('amount_msat', 'any', 'Millisatoshi, an amount with a unit, or any.'),
        param('label', 'any', 'Your own name for it; no two invoices may have the same.'),
        param('description', 'string', 'What the payer reads.'),
        optional('expiry', 'number', 'Seconds.', { default: 604_800 }),
        optional('preimage', 'hex', '32 bytes; random if missing.'),
      ],
      handler: async (args) => {
        const label = String(args.value('label') as string | number)
        if (label === '' || label.length > MAX_LABEL) {
          throw new RpcError(RPC_ERROR.invalidParams, `label: should have 1 to ${MAX_LABEL} characters`)
        }
        const amountMsat = args.value('amount_msat') === 'any' ? undefined : msatArgument(args, 'amount_msat')
        const preimage = args.has('preimage') ? args.hex('preimage') : undefined
        if (preimage && preimage.length !== 32) throw new RpcError(RPC_ERROR.invalidParams, 'preimage: not 32 bytes')
        const expiry = args.integerWithin('expiry', [1, 31_536_000])
        if (labelsInUse.has(label) || (await node.store.get(namedKey(label)))) {
          throw new RpcError(LABEL_TAKEN, `Duplicate label '${label}'`)
        }
        labelsInUse.add(label)
        try {
          const created = await node.command({
            type: 'create-invoice',
            description: args.string('description'),
            expiry,
            ...(amountMsat === undefined ? {} : { amountMsat }),
            ...(preimage ? { preimage } : {}),
          })
          const { invoice, paymentHash, expiresAt } = answerOf(created, 'create-invoice')
          await node.store.batch(
            [
              { type: 'put', key: namedKey(label), value: hexToBytes(paymentHash) },
              { type: 'put', key: labelKey(paymentHash), value: utf8ToBytes(label) },
            ],
            { sync: true },
          )
          return { payment_hash: paymentHash, expires_at: expiresAt, bolt11: invoice }
        } finally {
          labelsInUse.delete(label)
        }
      },
    },
    {
      name: 'listinvoices',
      group: 'Invoices',
      help: 'Invoices of this node.',
      params: [
        optional('label', 'any', 'Only the one with this label.'),
        optional('invstring', 'string', 'Only this invoice.'),
        optional('payment_hash', 'string', 'Only the one with this hash.'),
      ],
      handler: async (args) => {
        const labels = await readLabels(node)
        const label = args.has('label') ? String(args.value('label') as string | number) : undefined
        const text = args.has('invstring') ? args.string('invstring') : undefined
        const hash = args.has('payment_hash') ? args.string('payment_hash') : undefined
        const found = invoices().filter(
          (invoice) =>
            (label === undefined || labels.get(invoice.paymentHash) === label) &&
            (text === undefined || invoice.invoice === text) &&
            (hash === undefined || invoice.paymentHash === hash),
        )
        return { invoices: found.map((invoice) => describe(invoice, labels.get(invoice.paymentHash))) }
      },
    },
    {
      name: 'waitinvoice',
      group: 'Invoices',
      help: 'Answers when the invoice is paid.',
      params: [param('label', 'any', 'Its label.')],
      handler: async (args) => {
        const label = String(args.value('label') as string | number)
        const { paymentHash } = await findByLabel(label)
        const paid = waitFor(node, {
          match: (n) => (n.type === 'invoice-paid' && n.paymentHash === paymentHash ? true : undefined),
          seconds: undefined,
        })
        if ((await findByLabel(label)).state === 'paid') paid.cancel()
        await paid.promise
        return describe(await findByLabel(label), label)
      },
    },
  ]
}
