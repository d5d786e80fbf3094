import { bytesToHex } from '@ply/bytes'
import { decodeInvoice, type FallbackAddress, type Invoice } from '@ply/invoice'
import { encodeAddress, type NetworkParameters, NETWORKS, witnessProgramScript } from '@ply/primitives'
import { type JsonOutput, param, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import { encodeFeatures, formatShortChannelId } from '@ply/wire'

const P2PKH = 17
const P2SH = 18

function fallbackAddress({ version, program }: FallbackAddress, network: NetworkParameters): string | undefined {
  if (version === P2PKH) return encodeAddress(Uint8Array.of(0x76, 0xa9, 20, ...program, 0x88, 0xac), network)
  if (version === P2SH) return encodeAddress(Uint8Array.of(0xa9, 20, ...program, 0x87), network)
  return encodeAddress(witnessProgramScript({ version, program }), network)
}

/** An invoice with Core Lightning's field names. */
export function describeInvoice(invoice: Invoice): { readonly [field: string]: JsonOutput } {
  const network = Object.values(NETWORKS).find(({ address }) => address.bech32Hrp === invoice.currency)
  return {
    type: 'bolt11 invoice',
    valid: true,
    currency: invoice.currency,
    created_at: invoice.timestamp,
    expiry: invoice.expiry,
    payee: bytesToHex(invoice.payee),
    amount_msat: invoice.amountMsat,
    description: invoice.description,
    description_hash: invoice.descriptionHash && bytesToHex(invoice.descriptionHash),
    min_final_cltv_expiry: invoice.minFinalCltvExpiryDelta,
    payment_hash: bytesToHex(invoice.paymentHash),
    payment_secret: bytesToHex(invoice.paymentSecret),
    payment_metadata: invoice.metadata && bytesToHex(invoice.metadata),
    features: bytesToHex(encodeFeatures(invoice.features)),
    fallbacks:
      invoice.fallbacks.length === 0 || !network
        ? undefined
        : invoice.fallbacks.map((fallback) => ({ addr: fallbackAddress(fallback, network) })),
    routes:
      invoice.routeHints.length === 0
        ? undefined
        : invoice.routeHints.map((route) =>
            route.map((hop) => ({
              pubkey: bytesToHex(hop.nodeId),
              short_channel_id: formatShortChannelId(hop.shortChannelId),
              fee_base_msat: hop.feeBaseMsat,
              fee_proportional_millionths: hop.feeProportionalMillionths,
              cltv_expiry_delta: hop.cltvExpiryDelta,
            })),
          ),
    signature: bytesToHex(invoice.signature),
  }
}

export function decodeMethods(): RpcMethod[] {
  return [
    {
      name: 'decode',
      group: 'Payments',
      help: 'Says what is in an invoice.',
      params: [param('string', 'string', 'The invoice.')],
      handler: (args) => {
        const invoice = decodeInvoice(args.string('string'))
        if (!invoice.ok) throw new RpcError(RPC_ERROR.invalidParams, `Invalid bolt11: ${invoice.error.message}`)
        return describeInvoice(invoice.value)
      },
    },
  ]
}
