"""The model of ToyTransformer.cs in PyTorch. Reads a number of steps a line, answers with the seconds they took."""
import ctypes
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY, WIDTH, HEADS, LAYERS, LENGTH, BATCH = 1000, 256, 4, 2, 64, 16


def blas():
    """The library of products, as it calls itself where it is an OpenBLAS."""
    if torch.backends.mkl.is_available():
        return torch.__config__.show().split("\n")[1].strip()
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "blas" in line}
    for path in sorted(paths):
        library = ctypes.CDLL(path)
        if hasattr(library, "openblas_get_config"):
            library.openblas_get_config.restype = ctypes.c_char_p
            return library.openblas_get_config().decode()
    return ", ".join(sorted(paths)) or "unknown BLAS"


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm = nn.LayerNorm(WIDTH)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.output = nn.Linear(WIDTH, WIDTH)
        self.feed_forward_norm = nn.LayerNorm(WIDTH)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.register_buffer("future", torch.ones(LENGTH, LENGTH).triu(1).bool())

    def forward(self, x):
        x = x + self.attend(self.attention_norm(x))
        return x + self.down(F.gelu(self.up(self.feed_forward_norm(x))))

    def attend(self, x):
        batch = x.shape[0]
        q, k, v = self.qkv(x).view(batch, LENGTH, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        scores = q @ k.transpose(-2, -1) * (1 / math.sqrt(WIDTH // HEADS))
        weights = F.softmax(scores.masked_fill(self.future, float("-inf")), -1)
        return self.output((weights @ v).transpose(1, 2).reshape(batch, LENGTH, WIDTH))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(LENGTH, WIDTH)
        self.layers = nn.ModuleList([Block() for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, VOCABULARY, bias=False)
        self.register_buffer("order", torch.arange(LENGTH))

    def forward(self, ids):
        x = self.tokens(ids) + self.positions(self.order)
        for layer in self.layers:
            x = layer(x)
        return self.head(self.norm(x))


torch.set_num_threads(1)
model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
generator = torch.Generator().manual_seed(1)
print(f"torch {torch.__version__}, {blas()}", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    for _ in range(int(line)):
        ids = torch.randint(0, VOCABULARY, (BATCH, LENGTH), generator=generator)
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(ids).view(-1, VOCABULARY), ids.view(-1))
        loss.backward()
        optimizer.step()
    print(time.perf_counter() - start, flush=True)
