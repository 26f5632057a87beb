#!/bin/sh
# Makes benchmarks/.peers, .featuretools, .mlflow and .dice: what a user would pick instead, each in an environment of its own, so that
# neither side bends the other.
set -eu
cd "$(dirname "$0")"

python=${PYTHON:-python3}
"$python" -m venv --clear .peers
pip=".peers/bin/python -m pip -q --disable-pip-version-check"
# explainerdashboard and flaml still import pkg_resources, which setuptools dropped in release 81.
$pip install 'setuptools<81' wheel
$pip install 'scikit-learn<1.8' 'pandas<3' pyarrow explainerdashboard 'flaml[automl]' skrub polars
.peers/bin/python -c 'import explainerdashboard, flaml, polars, skrub, xgboost, sklearn; print("benchmarks/.peers is ready")'

# Featuretools imports pkg_resources as well, and its table types need a pandas of their own.
"$python" -m venv --clear .featuretools
.featuretools/bin/python -m pip -q --disable-pip-version-check install 'setuptools<81' featuretools 'pandas<3' pyarrow
.featuretools/bin/python -W ignore -c 'import featuretools; print("benchmarks/.featuretools is ready")'

# MLflow's server, with the very versions of scikit-learn and xgboost that Campanile uses.
"$python" -m venv --clear .mlflow
versions=$(grep -E '^(scikit-learn|xgboost-cpu|pandas)==' ../constraints.txt)
.mlflow/bin/python -m pip -q --disable-pip-version-check install mlflow $versions
.mlflow/bin/python -c 'import mlflow, sklearn, xgboost; print("benchmarks/.mlflow is ready")'

# DiCE, which wants versions of pandas and of two boosters that nothing else here wants.
"$python" -m venv --clear .dice
.dice/bin/python -m pip -q --disable-pip-version-check install 'dice-ml==0.12'
.dice/bin/python -c 'import dice_ml; print("benchmarks/.dice is ready")'
