/** Style sheets that a test reads as text. */
declare module '*.css' {
  const text: string;
  export default text;
}
