import { featureBits, type Features } from '@ply/wire'

/** What this node speaks; `init` and `node_announcement` each say what belongs there (BOLT 9). */
export const NODE_FEATURES: Features = featureBits({
  option_data_loss_protect: 'optional',
  gossip_queries: 'optional',
  var_onion_optin: 'compulsory',
  option_static_remotekey: 'compulsory',
  payment_secret: 'compulsory',
  basic_mpp: 'optional',
  option_anchors: 'optional',
  option_shutdown_anysegwit: 'optional',
  option_channel_type: 'compulsory',
  keysend: 'optional',
})

/** What one has to speak to pay our invoices. */
export const INVOICE_FEATURES: Features = featureBits({
  var_onion_optin: 'compulsory',
  payment_secret: 'compulsory',
  basic_mpp: 'optional',
})
