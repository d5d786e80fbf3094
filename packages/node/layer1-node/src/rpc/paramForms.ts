// How lists and objects stand in the signatures that help shows.

export const INPUTS_FORM = '[{"txid":"hex","vout":n,"sequence":n},...]'
export const OUTPUTS_FORM = '[{"address":amount,...},{"data":"hex"},...]'
export const OUTPOINTS_FORM = '[{"txid":"hex","vout":n},...]'
export const DESCRIPTORS_FORM = '["",{"desc":"str","range":n or [n,n]},...]'
export const PREVIOUS_OUTPUTS_FORM =
  '[{"txid":"hex","vout":n,"scriptPubKey":"hex","redeemScript":"hex","witnessScript":"hex","amount":amount},...]'
export const TEMPLATE_REQUEST_FORM =
  '{"mode":"str","capabilities":["str",...],"rules":["segwit","str",...],"longpollid":"str","data":"hex"}'
