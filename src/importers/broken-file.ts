/** The bytes are no file of the format that they are read as. Ends the reading; what reads but does not hold together is `InvalidArchitecture`. */
export class BrokenFile extends Error {}
