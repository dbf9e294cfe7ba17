// Locking what waits on the device. The server's half is bip/collect/envelope.py.

const PURPOSE = new TextEncoder().encode("bip answer envelope 1");
const VERSION = Uint8Array.of(1);
const CURVE = { name: "ECDH", namedCurve: "P-256" };

export const secure = Boolean(globalThis.isSecureContext && globalThis.crypto?.subtle);

export const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
export const toBase64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return all;
}

// A function that puts a text into an envelope which only the holder of the private key opens.
export async function sealerFor(publicKey) {
  const recipient = fromBase64(publicKey);
  const theirs = await crypto.subtle.importKey("raw", recipient, CURVE, false, []);
  return async (text) => {
    const ours = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
    const sender = await crypto.subtle.exportKey("raw", ours.publicKey);
    const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
    const source = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
    const info = joined(PURPOSE, recipient, sender);
    const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
    const made = new Uint8Array(await crypto.subtle.deriveBits(derivation, source, 44 * 8));
    const key = await crypto.subtle.importKey("raw", made.slice(0, 32), "AES-GCM", false, ["encrypt"]);
    const locking = { name: "AES-GCM", iv: made.slice(32), additionalData: VERSION };
    const content = await crypto.subtle.encrypt(locking, key, new TextEncoder().encode(text));
    return joined(VERSION, sender, content);
  };
}

const aes = (raw) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

export async function lock(rawKey, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(value));
  return { iv, text: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await aes(rawKey), text) };
}

export async function unlock(rawKey, { iv, text }) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await aes(rawKey), text);
  return JSON.parse(new TextDecoder().decode(plain));
}

// crypto.randomUUID is missing without a secure context.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
