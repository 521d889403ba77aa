/** The parts of the codec packages that are used here (they bring no types that resolve). */
declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const load: import('./wasm-decoder.ts').LoadWasm
  export default load
}
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const load: import('./wasm-decoder.ts').LoadWasm
  export default load
}
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  const load: import('./wasm-decoder.ts').LoadWasm
  export default load
}
declare module '@cornerstonejs/codec-openjph/wasmjs' {
  const load: import('./wasm-decoder.ts').LoadWasm
  export default load
}
