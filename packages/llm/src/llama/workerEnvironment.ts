/** Variables the native library and the GPU drivers read. Everything else, keys and passwords first, stays outside. */
const PASSED =
  /^(PATH|HOME|TMPDIR|LANG|LC_ALL|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|CUDA_\w+|NVIDIA_\w+|GGML_\w+|VK_\w+|HIP_\w+|ROCR_\w+)$/;

/** The part of an environment that the model process may see. */
export function workerEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && PASSED.test(name)) passed[name] = value;
  }
  return passed;
}
