/** The vector at unit length; a zero vector stays zero. */
export function normalise(vector: readonly number[] | Float32Array): Float32Array<ArrayBuffer> {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  return Float32Array.from(vector, (value) => (length > 0 ? value / length : 0));
}
