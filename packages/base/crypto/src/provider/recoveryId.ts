/** True for 0 to 3: bit 0 is the parity of the nonce point's y, bit 1 says that its x was at least the group order. */
export const isRecoveryId = (id: number): id is 0 | 1 | 2 | 3 => id === 0 || id === 1 || id === 2 || id === 3
