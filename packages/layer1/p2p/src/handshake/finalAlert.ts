import { hexToBytes } from '@ply/bytes'

/** Versions up to this one still believe in alerts. */
export const LAST_ALERT_VERSION = 70012

/**
 * The last of all alerts, signed by who had the key: it says that the key is known to others, and nobody can cancel it.
 * Whoever still believes in alerts shows this one from then on, and no other.
 */
export const FINAL_ALERT = hexToBytes(
  '60010000000000000000000000ffffff7f00000000ffffff7ffeffff7f01ffffff7f00000000ffffff7f00ffffff7f002f55' +
    '5247454e543a20416c657274206b657920636f6d70726f6d697365642c207570677261646520726571756972656400463044' +
    '0220653febd6410f470f6bae11cad19c48413becb1ac2c17f908fd0fd53bdc3abd5202206d0e9c96fe88d4a0f01ed9dedae2' +
    'b6f9e00da94cad0fecaae66ecf689bf71b50',
)
