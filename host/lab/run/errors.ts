export type LabErrorCode = 'LAB_BAD_LINK' | 'LAB_BAD_FILE' | 'LAB_NO_ACT';

export class LabError extends Error {
  constructor(
    readonly code: LabErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'LabError';
  }
}
