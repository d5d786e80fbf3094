import { bytes16, channelId, satoshis, signature, struct } from '../field.ts'
import { defineMessage, type MessageOf } from '../messageCodec.ts'
import { tlv } from '../tlv.ts'

// BOLT 2: channel close.

export const shutdownCodec = defineMessage(38, 'shutdown', { fields: { channelId, scriptpubkey: bytes16 } })
export type Shutdown = MessageOf<typeof shutdownCodec>

export const closingSignedCodec = defineMessage(39, 'closing_signed', {
  fields: { channelId, feeSatoshis: satoshis, signature },
  tlvs: { feeRange: tlv(1, struct({ minFeeSatoshis: satoshis, maxFeeSatoshis: satoshis })) },
})
export type ClosingSigned = MessageOf<typeof closingSignedCodec>
