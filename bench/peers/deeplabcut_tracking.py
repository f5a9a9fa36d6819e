"""Times DeepLabCut 3 (PyTorch, CPU) on a video for `npm run bench -- pose`: one JSON line on standard output.

Usage: python deeplabcut_tracking.py <threads> <video> <frames> <batch size> <own | batch-norm>
It is DeepLabCut's own path: its video reader (OpenCV), transform, ResNet-50 pose model, predictor and post-processing, with random
weights, for speed does not depend on them. `own` is the model as DeepLabCut configures it (group norm); `batch-norm` has
the classic batch norm. The frames are the first ones of the video.
"""

import contextlib
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import torch


def define_absent_operators():
    """Lets torchvision load beside a PyTorch it has no compiled operators for: the pose model does not use them."""
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        with contextlib.suppress(RuntimeError):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return library


KEEP = None
try:
    import torchvision  # noqa: F401
except RuntimeError:
    for module in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[module]
    KEEP = define_absent_operators()

import deeplabcut  # noqa: E402
import deeplabcut.pose_estimation_pytorch as pep  # noqa: E402
from deeplabcut.pose_estimation_pytorch.config import PoseConfig  # noqa: E402
from deeplabcut.pose_estimation_pytorch.models import PoseModel  # noqa: E402


class FirstFrames(pep.VideoIterator):
    """A video that ends after some frames."""

    def __init__(self, path, frames):
        super().__init__(path)
        self.left = frames
        self.frames = frames

    def get_n_frames(self, robust=False):
        return min(self.frames, super().get_n_frames(robust))

    def __next__(self):
        if self.left == 0:
            raise StopIteration
        self.left -= 1
        return super().__next__()


def main():
    threads, video, frames, batch, norm = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        project = {
            "Task": "bench",
            "scorer": "bench",
            "date": "Jan1",
            "multianimalproject": False,
            "identity": None,
            "project_path": folder,
            "engine": "pytorch",
            "bodyparts": ["snout", "leftear", "rightear", "tailbase"],
            "TrainingFraction": [0.95],
            "iteration": 0,
            "default_net_type": "resnet_50",
            "batch_size": batch,
            "video_sets": {},
        }
        config = PoseConfig.build(project, Path(folder) / "pytorch_config.yaml", top_down=False, net_type="resnet_50").to_dict()
        if norm == "batch-norm":
            config["model"]["backbone"]["model_name"] = "resnet50"
        config["model"]["backbone"]["pretrained"] = False
        model = PoseModel.build(config["model"])
        snapshot = Path(folder) / "snapshot.pt"
        torch.save({"model": model.state_dict(), "metadata": {"epoch": 0, "metrics": {}, "losses": {}}}, snapshot)
        runner = pep.get_pose_inference_runner(config, snapshot, batch_size=batch, device="cpu")
        pep.video_inference(FirstFrames(video, 2 * batch), runner)
        start = time.perf_counter()
        found = pep.video_inference(FirstFrames(video, frames), runner)
        seconds = time.perf_counter() - start
        image = torch.rand(batch, 3, 480, 640)
        runner.model.eval()
        times = []
        with torch.inference_mode():
            for _ in range(4):
                begin = time.perf_counter()
                runner.model(image)
                times.append(time.perf_counter() - begin)
    print(
        json.dumps(
            {
                "work": f"deeplabcut:resnet50:{norm}:{batch}",
                "frames": len(found),
                "framesPerSec": len(found) / seconds,
                "networkFramesPerSec": batch / sorted(times)[len(times) // 2],
                "threads": torch.get_num_threads(),
                "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "version": f"DeepLabCut {deeplabcut.__version__}, PyTorch {torch.__version__}",
            }
        ),
        flush=True,
    )


if __name__ == "__main__":
    main()
