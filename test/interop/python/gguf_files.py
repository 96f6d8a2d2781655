"""Adapter files by the `gguf` package, which llama.cpp's converters write with."""

import lines  # noqa: I001  (first: it takes over stdout)

import numpy
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter, quants


async def write(file, type, alpha, rank, targets, nan):
    """An adapter as convert_lora_to_gguf.py writes it, with random weights; one of them is no number where asked."""
    writer = GGUFWriter(file, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    writer.add_name("Doctor")
    writer.add_base_model_count(1)
    writer.add_base_model_name(0, "Llama 3.1 8B Instruct")
    writer.add_base_model_organization(0, "Meta Llama")
    writer.add_base_model_repo_url(0, "https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct")
    writer.add_tags(["lora", "medical"])
    writer.add_array("general.languages", ["en"])
    random = numpy.random.default_rng(1)
    kind = GGMLQuantizationType[type]
    for target in targets:
        a = random.normal(size=(rank, target["inputs"])).astype(numpy.float32)
        b = random.normal(size=(target["outputs"], rank)).astype(numpy.float32)
        if nan and target is targets[-1]:
            b[-1, -1] = numpy.nan
        for half, values in (("lora_a", a), ("lora_b", b)):
            writer.add_tensor(f"{target['tensor']}.{half}", quants.quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


async def read(file):
    """What the package's reader finds in a file."""
    reader = GGUFReader(file)
    fields = {
        name: field.contents()
        for name, field in reader.fields.items()
        if not name.startswith("GGUF.")
    }
    tensors = [
        {"name": tensor.name, "dims": [int(size) for size in tensor.shape], "sum": float(numpy.sum(tensor.data))}
        for tensor in reader.tensors
    ]
    return {"fields": fields, "tensors": tensors}


lines.serve({"write": write, "read": read})
