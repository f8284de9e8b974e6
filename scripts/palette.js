// Reduces a picture to 256 colours: the most frequent ones, and for each other one its nearest.
// In: a PNG as a data URL. Out: width, height, the palette and one index a pixel, both in base64.
async (source) => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const pixels = canvas.getImageData(0, 0, width, height).data;
  const colours = new Map();
  const keys = new Uint32Array(width * height);
  for (let i = 0; i < keys.length; i++) {
    const key = (pixels[4 * i] << 16) | (pixels[4 * i + 1] << 8) | pixels[4 * i + 2];
    keys[i] = key;
    colours.set(key, (colours.get(key) ?? 0) + 1);
  }
  const apart = (a, b) =>
    ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
  const byNumber = [...colours.keys()].sort((a, b) => colours.get(b) - colours.get(a) || a - b);
  const palette = [];
  // Close neighbours of a frequent colour give way at first, so that rarer ones have a place too.
  for (const least of [300, 60, 0]) {
    for (const key of byNumber) {
      if (palette.length === 256) break;
      if (!palette.includes(key) && palette.every((other) => apart(key, other) >= least)) palette.push(key);
    }
  }
  const nearest = new Map(palette.map((key, index) => [key, index]));
  for (const key of byNumber) {
    if (nearest.has(key)) continue;
    let best = 0;
    for (let i = 1; i < palette.length; i++) if (apart(key, palette[i]) < apart(key, palette[best])) best = i;
    nearest.set(key, best);
  }
  const text = (bytes) => {
    let found = "";
    for (let i = 0; i < bytes.length; i += 32768) found += String.fromCharCode(...bytes.subarray(i, i + 32768));
    return btoa(found);
  };
  const indices = Uint8Array.from(keys, (key) => nearest.get(key));
  const table = Uint8Array.from(palette.flatMap((key) => [key >> 16, (key >> 8) & 255, key & 255]));
  return { width, height, palette: text(table), indices: text(indices) };
};
