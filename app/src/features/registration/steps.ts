/** Phone, code, name, ID, passkey and password, card. */
export const STEPS = 6;
